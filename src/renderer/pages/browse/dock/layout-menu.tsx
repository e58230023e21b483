// The menu of layouts: which one is chosen, and how it is kept, shared and reset.
import { LayoutDashboard } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { type FormEvent, useId, useRef, useState } from 'react'
import { matching } from '../../../state/find-store.ts'
import { useAct, useActs } from '../../../state/use-acts.ts'
import { useFinder } from '../../../state/use-finder.ts'
import { Button } from '../../../ui/button.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { TextInput } from '../../../ui/field.tsx'
import { useLayoutActs } from './layout-acts.ts'
import { menuHeading, menuItem, menuPanel } from './menu-look.ts'

export function LayoutMenu() {
  const acts = useLayoutActs()
  const [isOpen, setOpen] = useState(false)
  const [isNaming, setNaming] = useState(false)
  const file = useRef<HTMLInputElement>(null)
  const [undo, redo] = [useAct('undo'), useAct('redo')]
  useActs({ layouts: () => setOpen(true) })
  const all = [
    ...acts.builtIn.map(({ name, purpose }) => ({ name, note: purpose })),
    ...acts.layouts.map(({ name }) => ({ name, note: 'named on this machine' })),
  ]
  const find = (text: string) =>
    matching(all, text, ({ name, note }) => `layout ${name} ${note}`, 8).map(({ name, note }) => ({
      key: name,
      title: `Layout: ${name}`,
      note,
      act: () => acts.choose(name),
    }))
  useFinder('Layouts of the panels', find, acts.layouts)
  const { chosen, isChanged, isOwn } = acts
  return (
    <>
      <DropdownMenu.Root open={isOpen} onOpenChange={setOpen}>
        <DropdownMenu.Trigger asChild>
          <Button
            kind="bare"
            size="s"
            className="mt-0.5 shrink-0"
            data-testid="layouts"
            aria-label={`Layouts of the panels: ${chosen || 'unnamed'}${isChanged ? ', changed' : ''}`}
            title="Layouts of the panels (shift l)"
          >
            <LayoutDashboard size={13} aria-hidden />
            <span className="max-w-[140px] truncate max-[1100px]:hidden">{chosen || 'Layout'}</span>
            {isChanged && chosen !== '' && <span aria-hidden>*</span>}
          </Button>
        </DropdownMenu.Trigger>
        <DropdownMenu.Portal>
          <DropdownMenu.Content align="end" className={menuPanel}>
            <DropdownMenu.RadioGroup value={isChanged ? '' : chosen} onValueChange={acts.choose}>
              <DropdownMenu.Label className={menuHeading}>Layouts</DropdownMenu.Label>
              {acts.builtIn.map((one) => (
                <Choice key={one.name} name={one.name} title={one.purpose} />
              ))}
              {acts.layouts.map((one) => (
                <Choice key={one.name} name={one.name} title="named on this machine" />
              ))}
            </DropdownMenu.RadioGroup>
            <DropdownMenu.Separator className="my-1 h-px bg-line" />
            <DropdownMenu.Item className={menuItem} onSelect={() => setNaming(true)} data-testid="layout-name">
              Keep this one under a name…
            </DropdownMenu.Item>
            {isOwn && isChanged && (
              <DropdownMenu.Item className={menuItem} onSelect={() => acts.keep(chosen)} data-testid="layout-keep">
                Keep the changes in “{chosen}”
              </DropdownMenu.Item>
            )}
            {isOwn && (
              <DropdownMenu.Item className={menuItem} onSelect={() => acts.remove(chosen)} data-testid="layout-delete">
                Delete “{chosen}”
              </DropdownMenu.Item>
            )}
            <DropdownMenu.Item className={menuItem} onSelect={acts.reset} data-testid="layout-reset">
              Reset to the usual layout
            </DropdownMenu.Item>
            <DropdownMenu.Separator className="my-1 h-px bg-line" />
            <DropdownMenu.Item className={menuItem} onSelect={acts.exportNow} data-testid="layout-export">
              Export this one as a file
            </DropdownMenu.Item>
            <DropdownMenu.Item
              className={menuItem}
              disabled={acts.layouts.length === 0}
              onSelect={acts.exportAll}
              data-testid="layout-export-all"
            >
              Export all named ones
            </DropdownMenu.Item>
            <DropdownMenu.Item className={menuItem} onSelect={() => file.current?.click()} data-testid="layout-import">
              Import a file…
            </DropdownMenu.Item>
            <DropdownMenu.Separator className="my-1 h-px bg-line" />
            <DropdownMenu.Item className={menuItem} disabled={!undo} onSelect={() => undo?.()}>
              Undo the last change
              <span className="ml-auto text-xs text-mut">ctrl z</span>
            </DropdownMenu.Item>
            <DropdownMenu.Item className={menuItem} disabled={!redo} onSelect={() => redo?.()}>
              Do it again
              <span className="ml-auto text-xs text-mut">ctrl shift z</span>
            </DropdownMenu.Item>
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
      <input
        ref={file}
        type="file"
        hidden
        aria-label="Import a file of layouts"
        accept="application/json,.json"
        data-testid="layout-file"
        onChange={(event) => {
          const [chosenFile] = event.currentTarget.files ?? []
          if (chosenFile) void acts.take(chosenFile)
          event.currentTarget.value = ''
        }}
      />
      <NameDialog
        open={isNaming}
        taken={acts.builtIn.map((one) => one.name)}
        own={acts.layouts.map((one) => one.name)}
        onClose={() => setNaming(false)}
        onName={acts.keep}
      />
    </>
  )
}

function Choice({ name, title }: { readonly name: string; readonly title: string }) {
  return (
    <DropdownMenu.RadioItem className={menuItem} value={name} title={title} data-testid={`layout-${name}`}>
      <span className="w-2.5 text-acc">
        <DropdownMenu.ItemIndicator>•</DropdownMenu.ItemIndicator>
      </span>
      <span className="max-w-[240px] truncate">{name}</span>
    </DropdownMenu.RadioItem>
  )
}

function NameDialog({
  open,
  taken,
  own,
  onClose,
  onName,
}: {
  readonly open: boolean
  /** Names of layouts that are always there. */
  readonly taken: readonly string[]
  readonly own: readonly string[]
  readonly onClose: () => void
  readonly onName: (name: string) => void
}) {
  const id = useId()
  const [text, setText] = useState('')
  const name = text.trim()
  const problem = taken.includes(name) ? `“${name}” is always there; choose another name.` : undefined
  const save = (event: FormEvent) => {
    event.preventDefault()
    if (name === '' || problem) return
    onName(name)
    setText('')
    onClose()
  }
  return (
    <Dialog open={open} onClose={onClose} title="Keep this layout" className="w-[420px]">
      <form onSubmit={save} className="flex flex-col gap-3 p-4">
        <div className="flex flex-col gap-1.5">
          <label htmlFor={id}>Its name</label>
          <TextInput
            id={id}
            data-testid="layout-name-field"
            value={text}
            maxLength={60}
            aria-invalid={problem !== undefined}
            onChange={(event) => setText(event.target.value)}
          />
        </div>
        <p className={problem ? 'text-warn' : 'text-mut'} role="status">
          {problem ??
            (own.includes(name)
              ? `The layout “${name}” is replaced; undo brings it back.`
              : 'Kept on this machine; export it to share it.')}
        </p>
        <span className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="primary" disabled={name === '' || problem !== undefined} data-testid="layout-name-save">
            Keep
          </Button>
        </span>
      </form>
    </Dialog>
  )
}
