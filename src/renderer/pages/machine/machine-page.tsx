// Machine and settings: what the engine's machine has, and how this page looks to this person.
import { useServices, useSettings } from '../../state/services.tsx'
import type { Settings } from '../../state/settings-store.ts'
import { PanelHead } from '../../ui/panel.tsx'
import { Segmented } from '../../ui/segmented.tsx'
import { Slider } from '../../ui/slider.tsx'
import { colourOfMask, hexFromColour } from '#core/view/mask-colours'
import { MachineList } from '../parts/machine-list.tsx'
import { DevicePanel } from './device-panel.tsx'
import { isDeviceLine } from './device-words.ts'

/** Masks whose colours stand for the palette. */
const shownIds = Array.from({ length: 12 }, (_, i) => 200_001 + i)

export function MachinePage() {
  return (
    <div
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
      tabIndex={0}
      className="mx-auto grid h-full max-w-[1120px] grid-cols-2 overflow-y-auto focus-visible:-outline-offset-2 max-[900px]:grid-cols-1"
    >
      <section aria-label="Machine" className="border-x border-line">
        <PanelHead title="Machine that computes" />
        <MachineList without={isDeviceLine} />
        <DevicePanel />
      </section>
      <section aria-label="Settings" className="border-r border-line">
        <PanelHead title="Settings" note="of this person on this machine" />
        <SettingsList />
      </section>
    </div>
  )
}

function SettingsList() {
  const { settings: store } = useServices()
  const settings = useSettings((all) => all)
  const set =
    <K extends keyof Settings>(key: K) =>
    (value: Settings[K]) =>
      store.setState({ [key]: value })
  return (
    <div>
      <Row title="Theme" note="System follows the setting of your desktop.">
        <Segmented
          label="Theme"
          value={settings.theme}
          onChange={set('theme')}
          choices={[
            { value: 'system', label: 'System' },
            { value: 'dark', label: 'Dark' },
            { value: 'light', label: 'Light' },
          ]}
        />
      </Row>
      <Row
        title="Mask colours"
        note="A mask has the same colour in every view and run. Safe tells masks apart also with a colour vision deficiency."
      >
        <Segmented
          label="Mask colours"
          value={settings.palette}
          onChange={set('palette')}
          choices={[
            { value: 'vivid', label: 'Vivid' },
            { value: 'safe', label: 'Safe' },
          ]}
        />
        <span className="flex gap-1" aria-hidden>
          {shownIds.map((id) => (
            <span key={id} className="size-3.5 rounded-sm" style={{ background: hexFromColour(colourOfMask(id, settings.palette)) }} />
          ))}
        </span>
      </Row>
      <Row title="Play speed" note={`${settings.playRate} frames a second, where the machine keeps up.`}>
        <Slider label="Frames a second" value={settings.playRate} min={1} max={30} step={1} onChange={set('playRate')} />
      </Row>
      <Row
        title="Notifications"
        note="One for each run that ended or paused while this page was out of sight. Your browser asks for the permission."
      >
        <Segmented
          label="Notifications"
          value={settings.notify ? 'on' : 'off'}
          onChange={(next) => {
            if (next === 'off') set('notify')(false)
            else void Notification.requestPermission().then((answer) => set('notify')(answer === 'granted'))
          }}
          choices={[
            { value: 'off', label: 'Off' },
            { value: 'on', label: 'On', disabled: typeof Notification === 'undefined' || Notification.permission === 'denied' },
          ]}
        />
        {typeof Notification !== 'undefined' && Notification.permission === 'denied' && (
          <span className="text-sm text-mut">This browser forbids them for this address; allow them in its settings first.</span>
        )}
      </Row>
      <Row title="Motion" note="Few things move here; none do when your system asks for reduced motion." />
    </div>
  )
}

function Row({ title, note, children }: { readonly title: string; readonly note: string; readonly children?: React.ReactNode }) {
  return (
    <div className="flex flex-col gap-2 border-b border-line px-3 py-3">
      <div>
        <h3 className="font-medium">{title}</h3>
        <p className="text-sm text-mut">{note}</p>
      </div>
      {children && <div className="flex flex-wrap items-center gap-4">{children}</div>}
    </div>
  )
}
