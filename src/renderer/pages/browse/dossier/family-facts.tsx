// Parents and parts of an object by level; a click goes to them.
import { useMemo } from 'react'
import { formatCount } from '#core/base/format'
import { Fact } from '../../../ui/panel.tsx'
import { IdLink } from '../id-link.tsx'
import { familyOf, type Kin } from './family.ts'

/** Shown of each level before it is cut. */
const most = 12

export function FamilyFacts<K extends Kin & { readonly isOrphan: boolean }>({
  objects,
  one,
}: {
  readonly objects: readonly K[]
  readonly one: K
}) {
  const { above, below } = useMemo(() => familyOf(objects, one.id), [objects, one.id])
  const parent = above.at(-1)
  const lost = one.parent !== undefined && parent?.id !== one.parent ? one.parent : undefined
  return (
    <>
      <Fact name="Inside of">
        {above.map((kin) => (
          <span key={kin.id} className="block">
            <IdLink id={kin.id} /> <span className="text-mut">level {kin.level}</span>
          </span>
        ))}
        {lost !== undefined && <IdLink id={lost} />}
        {above.length === 0 && lost === undefined && (
          <span className="text-mut">{one.isOrphan ? 'orphan: no track stands for its parent' : 'none'}</span>
        )}
      </Fact>
      {below.length === 0 ? (
        <Fact name="Parts">
          <span className="text-mut">none</span>
        </Fact>
      ) : (
        below.map(({ level, kin }) => (
          <Fact key={level} name={`Parts, level ${level}`}>
            <span data-testid={`parts-${level}`} className="flex flex-wrap gap-x-2">
              {kin.slice(0, most).map(({ id }) => (
                <IdLink key={id} id={id} />
              ))}
              {kin.length > most && <span className="text-mut">and {formatCount(kin.length - most)} more</span>}
            </span>
          </Fact>
        ))
      )}
    </>
  )
}
