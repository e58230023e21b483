// A known public model: how to get it, what its files must be, and what nobody could check.
import type { KnownModel } from '#core/model/known-models'
import { formatBytes } from '#core/base/format'
import { useFetchModel } from '../../state/model-queries.ts'
import { Button } from '../../ui/button.tsx'
import { FaultCard } from '../../ui/fault-card.tsx'
import { Fact, Facts, PanelHead } from '../../ui/panel.tsx'
import { ExportCommands } from './export-commands.tsx'
import { Checked, PortTable, Unchecked } from './model-files.tsx'
import { preprocessingWords, roleWords } from './model-words.ts'

const ways = {
  checked: 'It can be fetched; size and SHA-256 are known, and what comes is held against them.',
  unchecked: 'It can be fetched, but its SHA-256 is not known here: compare the file with its author’s page before you rely on it.',
  export: 'Its files are not published as ONNX: they have to be exported from the checkpoint of its authors.',
} as const

export function KnownDetail({
  known,
  how,
  isGoing,
}: {
  readonly known: KnownModel
  readonly how: keyof typeof ways
  /** It is in the list of fetches. */
  readonly isGoing: boolean
}) {
  const fetch = useFetchModel()
  const size = known.files.reduce((sum, file) => sum + (file.sizeBytes ?? 0), 0)
  const isSized = known.files.every(({ sizeBytes }) => sizeBytes !== undefined)
  return (
    <aside aria-label="Known model" className="min-h-0 overflow-y-auto bg-panel" data-testid="known-detail">
      <PanelHead title={known.title} note="known, not in the store" />
      <div className="flex flex-col gap-2 border-b border-line px-3 py-3">
        <p>{ways[how]}</p>
        {how !== 'export' && (
          <p>
            <Button
              kind="primary"
              data-testid="known-fetch"
              disabled={fetch.isPending || isGoing}
              onClick={() => fetch.mutate({ what: known.id })}
            >
              {isGoing ? 'In the list of fetches' : isSized ? `Fetch ${formatBytes(size)}` : 'Fetch'}
            </Button>
          </p>
        )}
        {known.export && <ExportCommands {...known.export} />}
        {how === 'export' && (
          <p className="text-mut">
            More in docs/models.md under <b className="font-medium text-txt">{known.section}</b>. <b>Add files</b> takes the files in as
            well as the last command.
          </p>
        )}
        {fetch.error && <FaultCard fault={fetch.error} />}
      </div>
      <Facts>
        <Fact name="Name">{known.id}</Fact>
        <Fact name="Role">{roleWords[known.role]}</Fact>
        <Fact name="Family">{known.family}</Fact>
        <Fact name="Licence">{known.licence}</Fact>
        <Fact name="Authors">
          <a className="break-all text-acc underline underline-offset-2" href={known.page} target="_blank" rel="noreferrer">
            {known.page}
          </a>
        </Fact>
        {known.preprocessing && <Fact name="A picture is">{preprocessingWords(known.preprocessing)}</Fact>}
      </Facts>
      <Checked facts={known.checked} />
      <Unchecked facts={known.unchecked} />
      {known.files.map((file) => (
        <section key={file.name} aria-label={file.name} className="border-t border-line">
          <PanelHead title={file.part} note={file.name} />
          <Facts>
            <Fact name="Size">{file.sizeBytes === undefined ? 'not known here' : formatBytes(file.sizeBytes)}</Fact>
            <Fact name="SHA-256">
              {file.sha256 === undefined ? 'not known here' : <code className="break-all text-sm">{file.sha256}</code>}
            </Fact>
            {file.address && (
              <Fact name="Address">
                <span className="break-all">{file.address}</span>
              </Fact>
            )}
          </Facts>
          <PortTable inputs={file.inputs} outputs={file.outputs} />
        </section>
      ))}
    </aside>
  )
}
