// Beside a run: its problems, what it was told to do, and where it lies.
import { Copy, FolderOpen, RotateCcw } from 'lucide-react'
import { useMemo, useState } from 'react'
import { cutPath, formatCount } from '#core/base/format'
import type { RunRecord } from '#core/run/run'
import { textFromFrameSlice } from '#core/scene/frame-slice'
import { useHost } from '../../host/host.tsx'
import { useDescription } from '../../state/queries.ts'
import { hashFromRoute } from '../../state/route.ts'
import { Button, LinkButton } from '../../ui/button.tsx'
import { Fact, Facts, PanelHead } from '../../ui/panel.tsx'
import { StateMark } from '../../ui/state-mark.tsx'
import { ProvenancePanel } from './provenance-panel.tsx'
import { RepairPanel } from './repair-panel.tsx'
import { RunSettings } from './run-settings.tsx'

export function RunSide({ record }: { readonly record: RunRecord }) {
  return (
    <aside aria-label="About this run" className="min-h-0 overflow-y-auto border-l border-line bg-panel">
      <RepairPanel record={record} />
      <Warnings record={record} />
      <PanelHead title="Scene" />
      <Facts>
        <Fact name="Name">{record.scene.name}</Fact>
        <Fact name="Frames">
          {formatCount(record.frameIndices.length)}{' '}
          <span className="text-mut">
            of {formatCount(record.scene.frameCount)}, slice {textFromFrameSlice(record.config.frames)}
          </span>
        </Fact>
        <Fact name="Size">
          {record.scene.width} × {record.scene.height}
        </Fact>
        <Fact name="From">
          <PathText path={record.config.scene} />
        </Fact>
      </Facts>
      <Where record={record} />
      <RunSettings record={record} />
      <ProvenancePanel record={record} />
    </aside>
  )
}

function Warnings({ record }: { readonly record: RunRecord }) {
  const groups = useMemo(() => groupsOf(record), [record])
  const folder = useDescription(record.id).data?.folder
  if (groups.length === 0) return null
  return (
    <section aria-label="Warnings">
      <PanelHead title="Warnings" note={record.warnings.length} />
      <ul className="border-b border-line">
        {groups.map(([first, ...others]) => (
          <li
            key={`${first.stage} ${first.title} ${first.message}`}
            data-testid="warning"
            data-code={first.code}
            className="flex gap-2 px-3 py-2"
          >
            <StateMark state="warning" className="mt-0.5" />
            <div className="min-w-0 text-[12.5px]">
              <WarningWords warning={first} folder={folder} />
              {others.length > 0 && (
                <details className="mt-1">
                  <summary className="rounded text-mut hover:text-txt">and {others.length} more of the kind</summary>
                  {others.map((warning) => (
                    <div key={`${warning.stage} ${warning.message}`} className="mt-1.5">
                      <WarningWords warning={warning} folder={folder} />
                    </div>
                  ))}
                </details>
              )}
              {first.code !== undefined && <code className="font-mono text-2xs text-dim">{first.code}</code>}
            </div>
          </li>
        ))}
      </ul>
    </section>
  )
}

type Warning = RunRecord['warnings'][number]

/** Files of the run are named from its folder on. */
function WarningWords({ warning, folder }: { readonly warning: Warning; readonly folder: string | undefined }) {
  const short = (text: string) => (folder === undefined ? text : text.replaceAll(`${folder}/`, ''))
  return (
    <>
      <p className="break-words">
        {short(warning.message)} {warning.stage && <span className="text-dim">{warning.stage}</span>}
      </p>
      <p className="break-words text-mut">{short(warning.remedy)}</p>
    </>
  )
}

/** Warnings of one code stand together, in the order of their first. */
function groupsOf({ warnings }: RunRecord): (readonly [Warning, ...Warning[]])[] {
  const groups = new Map<string, [Warning, ...Warning[]]>()
  for (const warning of warnings) {
    const key = warning.code ?? `${warning.title} ${warning.message}`
    const group = groups.get(key)
    if (group) group.push(warning)
    else groups.set(key, [warning])
  }
  return [...groups.values()]
}

function Where({ record }: { readonly record: RunRecord }) {
  const { native } = useHost()
  const folder = useDescription(record.id).data?.folder
  return (
    <>
      <PanelHead title="Run" className="border-t" />
      <Facts>
        <Fact name="Folder">{folder ? <PathText path={folder} /> : <span className="text-dim">not known yet</span>}</Fact>
        <Fact name="Device">{record.device ?? 'not chosen yet'}</Fact>
        <Fact name="GPU">{record.gpu ?? 'not asked yet'}</Fact>
        <Fact name="Made by">
          Scenewright {record.appVersion} <span className="text-dim">{record.buildId}</span>
        </Fact>
      </Facts>
      <div className="flex flex-wrap gap-2 px-3 pb-3">
        <LinkButton size="s" href={hashFromRoute({ page: 'new', scene: record.config.scene, from: record.id })}>
          <RotateCcw size={12} aria-hidden />
          New run with these settings
        </LinkButton>
        {folder && native && (
          <Button size="s" onClick={() => void native.reveal(folder)}>
            <FolderOpen size={12} aria-hidden />
            Show in folder
          </Button>
        )}
      </div>
    </>
  )
}

/** A long path cut in the middle, whole on hover, and one click to copy. */
export function PathText({ path }: { readonly path: string }) {
  const [isCopied, setCopied] = useState(false)
  return (
    <button
      type="button"
      title={`${path} (click to copy)`}
      className="group inline-flex max-w-full items-start gap-1 rounded text-left break-all hover:text-acc"
      onClick={() =>
        navigator.clipboard.writeText(path).then(
          () => setCopied(true),
          () => setCopied(false),
        )
      }
    >
      {cutPath(path, 58)}
      <Copy size={11} aria-hidden className="mt-1 shrink-0 text-dim opacity-0 group-hover:opacity-100 group-focus-visible:opacity-100" />
      {isCopied && <span className="text-dim">copied</span>}
    </button>
  )
}
