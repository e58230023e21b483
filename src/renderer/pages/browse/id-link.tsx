// The label of a mask or track; a click selects it.
import { labelOfId } from '#core/segment/frame-masks'
import { useServices } from '../../state/services.tsx'
import { look } from '../../state/view-store.ts'

export function IdLink({ id }: { readonly id: number }) {
  const { view } = useServices()
  return (
    <button
      type="button"
      className="min-h-6 min-w-6 rounded hover:text-acc"
      onClick={() => look(view, { selected: id })}
      onPointerEnter={() => view.setState({ hovered: id })}
      onPointerLeave={() => view.setState({ hovered: undefined })}
    >
      {labelOfId(id)}
    </button>
  )
}
