// What was measured of models: a run, and the first and second start, with how long ago and on what.
import { formatDuration } from '#core/base/format'
import { type ModelBench, totalsOfBench } from '#core/model/model-bench'
import { useNow } from '../../state/use-now.ts'
import { exactTime, relativeTime } from '../../ui/time-words.ts'

/** `title` is the first cell of the row: what the table is read by. */
export function BenchTable({
  rows,
  heading,
}: {
  readonly rows: readonly (ModelBench & { readonly title: string })[]
  readonly heading: string
}) {
  const now = useNow(30_000)
  return (
    <table className="mb-2 w-full text-sm" data-testid="bench-table">
      <caption className="sr-only">Measured times</caption>
      <thead>
        <tr className="text-left text-mut">
          {[heading, 'A run', 'First start', 'Second start', 'Measured'].map((title) => (
            <th key={title} scope="col" className="py-1 font-normal first:pl-3">
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((bench) => {
          const { medianMs, firstStartMs, secondStartMs, inPart } = totalsOfBench(bench)
          return (
            <tr key={`${bench.model} ${bench.provider}`}>
              <th scope="row" className="py-px pr-2 pl-3 text-left font-normal break-all">
                {bench.title}
                {inPart && <span className="text-mut"> in part</span>}
              </th>
              <td className="pr-2">{medianMs < 10 ? `${medianMs.toFixed(2)} ms` : formatDuration(medianMs)}</td>
              <td className="pr-2">{formatDuration(firstStartMs)}</td>
              <td className="pr-2">{formatDuration(secondStartMs)}</td>
              <td className="pr-3 text-mut" title={`${exactTime(bench.at)}, ${bench.machine}, ${bench.threads} thread(s)`}>
                {relativeTime(bench.at, now)}
              </td>
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}
