// How masks are drawn: filled, as a line, or both.
import { useServices, useSettings } from '../../state/services.tsx'
import { Segmented } from '../../ui/segmented.tsx'

export function DrawChoice() {
  const { settings } = useServices()
  const draw = useSettings((all) => all.draw)
  return (
    <Segmented
      label="Draw as"
      value={draw}
      onChange={(next) => settings.setState({ draw: next })}
      choices={[
        { value: 'fill', label: 'Fill', title: 'Fill (o)' },
        { value: 'outline', label: 'Line', title: 'Outline (o)' },
        { value: 'both', label: 'Both', title: 'Fill and outline (o)' },
      ]}
    />
  )
}
