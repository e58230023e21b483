// A path on the machine that computes: typed, or picked in the system's dialog or our own.
import { FolderOpen } from 'lucide-react'
import { useState } from 'react'
import { useHost } from '../../host/host.tsx'
import { Button } from '../../ui/button.tsx'
import { TextInput } from '../../ui/field.tsx'
import { PathPicker, type PathWish } from '../parts/path-picker.tsx'

export function PathField({
  id,
  describedBy,
  isInvalid,
  title,
  value,
  wish,
  placeholder,
  onChange,
  testId,
  label,
}: {
  readonly id: string
  readonly describedBy: string
  readonly isInvalid: boolean
  readonly title: string
  readonly value: string
  readonly wish: PathWish
  readonly placeholder?: string
  readonly onChange: (path: string) => void
  readonly testId?: string
  /** Where no label of the page names it. */
  readonly label?: string
}) {
  const { native } = useHost()
  const [isPicking, setPicking] = useState(false)
  const pick = async () => {
    if (!native) return setPicking(true)
    const path = wish === 'file' ? await native.pickFile(title, ['onnx']) : await native.pickFolder(title)
    if (path !== undefined) onChange(path)
  }
  return (
    <div className="flex gap-2">
      <TextInput
        id={id}
        data-testid={testId}
        aria-label={label}
        aria-describedby={describedBy}
        aria-invalid={isInvalid}
        value={value}
        placeholder={placeholder}
        onChange={(event) => onChange(event.target.value)}
        className="font-mono text-sm"
      />
      <Button onClick={() => void pick()} aria-label={`Browse for ${title.toLowerCase()}`}>
        <FolderOpen size={14} aria-hidden />
        Browse
      </Button>
      <PathPicker
        open={isPicking}
        title={title}
        accepts={wish}
        onClose={() => setPicking(false)}
        onPick={(path) => {
          setPicking(false)
          onChange(path)
        }}
      />
    </div>
  )
}
