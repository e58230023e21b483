// Where the result came from: program, inputs, models, machine. What could not be learned says why.
import type { ReactNode } from 'react'
import { formatBytes, formatCount } from '#core/base/format'
import type { Known, Provenance } from '#core/run/provenance'
import type { RunRecord } from '#core/run/run'
import { PanelHead } from '../../ui/panel.tsx'

export function ProvenancePanel({ record }: { readonly record: RunRecord }) {
  const { provenance } = record
  return (
    <section aria-label="Where it came from" data-testid="provenance">
      <PanelHead title="Where it came from" className="border-t" />
      {provenance ? (
        <Table provenance={provenance} record={record} />
      ) : (
        <p className="px-3 py-2 text-sm text-mut">This run was made before version 0.2, which kept no such record.</p>
      )}
    </section>
  )
}

function Table({ provenance, record }: { readonly provenance: Provenance; readonly record: RunRecord }) {
  const { app, machine, inputs, models, seeds } = provenance
  const devices = record.stages.flatMap((stage) => (stage.lease ? [`${stage.id} ${stage.lease.device}`] : []))
  return (
    <dl className="grid grid-cols-[92px_minmax(0,1fr)] gap-x-2 gap-y-[3px] px-3 py-2 text-[12.5px]">
      <Row name="Program">
        Scenewright {app.version} <span className="text-dim">{app.buildId}</span>
      </Row>
      <Row name="Commit">
        <KnownWords known={app.commit} />
      </Row>
      <Row name="Settings">
        <Hash text={provenance.configSha256} />
      </Row>
      <Row name="Inputs">
        {formatCount(inputs.frameCount)} frames, {formatBytes(inputs.sizeBytes)} <Hash text={inputs.framesSha256} />
      </Row>
      {models.map((model) => (
        <Row key={`${model.stage} ${model.path}`} name={`Model, ${model.stage}`}>
          {model.source !== undefined && (
            <span>
              {model.name} ({model.source}){' '}
            </span>
          )}
          <span className="break-all">{model.path}</span> <span className="text-mut">{formatBytes(model.sizeBytes)}</span>{' '}
          <Hash text={model.sha256} />
        </Row>
      ))}
      {models.length === 0 && <Row name="Models">none: the built-in backends need no weights</Row>}
      <Row name="Machine">
        {machine.name}{' '}
        <span className="text-mut">
          · {machine.system} · {machine.processor}, {machine.cores} cores, {formatBytes(machine.memoryBytes)}
        </span>
      </Row>
      <Row name="Node">{machine.node}</Row>
      <Row name="GPU">
        <KnownWords known={machine.gpu} />
      </Row>
      <Row name="Driver">
        <KnownWords known={machine.driver} />
      </Row>
      <Row name="Inference">
        <KnownWords known={machine.inferenceRuntime} />
      </Row>
      <Row name="Devices">{devices.length > 0 ? devices.join(', ') : 'no stage has run'}</Row>
      {Object.entries(seeds).map(([stage, seed]) => (
        <Row key={stage} name={`Seed, ${stage}`}>
          <KnownWords known={seed} />
        </Row>
      ))}
    </dl>
  )
}

function Row({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <>
      <dt className="text-mut">{name}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </>
  )
}

const KnownWords = ({ known }: { readonly known: Known }) =>
  known.value !== undefined ? (
    <span className="break-all">{known.value}</span>
  ) : (
    <span className="text-mut">unknown: {known.unknown ?? 'nobody said why'}</span>
  )

/** The first 12 digits tell two apart; all of them are on hover. */
const Hash = ({ text }: { readonly text: string }) => (
  <code className="font-mono text-2xs text-dim" title={text}>
    {text.slice(0, 12)}
  </code>
)
