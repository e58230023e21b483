// The registry of keys: the one list behind the keyboard, the `?` sheet, the palette and the tooltips.

export type KeyRow = {
  readonly id: string
  readonly title: string
  /** Each is one way to press it: modifiers joined with '+', then the key as the browser names it, lower case. */
  readonly keys: readonly string[]
  readonly group: 'Everywhere' | 'Frames' | 'Masks' | 'View' | 'Compare'
}

export const keyTable = [
  { id: 'palette', title: 'Search or do anything', keys: ['mod+k'], group: 'Everywhere' },
  { id: 'sheet', title: 'What is possible here', keys: ['?'], group: 'Everywhere' },
  { id: 'filter', title: 'Filter the list, or search the log', keys: ['/'], group: 'Everywhere' },
  { id: 'fold-left', title: 'Fold the left side', keys: ['['], group: 'Everywhere' },
  { id: 'fold-right', title: 'Fold the right side', keys: [']'], group: 'Everywhere' },
  { id: 'queue', title: 'The queue', keys: ['q'], group: 'Everywhere' },
  { id: 'registry', title: 'All runs', keys: ['r'], group: 'Everywhere' },
  { id: 'models', title: 'Models', keys: ['m'], group: 'Everywhere' },
  { id: 'back', title: 'One page up', keys: ['backspace'], group: 'Everywhere' },
  { id: 'play', title: 'Play or pause', keys: ['space'], group: 'Frames' },
  { id: 'play-slower', title: 'Play slower', keys: [','], group: 'Frames' },
  { id: 'play-faster', title: 'Play faster', keys: ['.'], group: 'Frames' },
  { id: 'loop', title: 'Loop the life of the selection, or end the loop', keys: ['l'], group: 'Frames' },
  { id: 'loop-start', title: 'The loop begins at this frame', keys: ['shift+i'], group: 'Frames' },
  { id: 'loop-end', title: 'The loop ends at this frame', keys: ['shift+o'], group: 'Frames' },
  { id: 'next', title: 'Next frame', keys: ['arrowright'], group: 'Frames' },
  { id: 'previous', title: 'Previous frame', keys: ['arrowleft'], group: 'Frames' },
  { id: 'next-10', title: 'Ten frames on', keys: ['shift+arrowright'], group: 'Frames' },
  { id: 'previous-10', title: 'Ten frames back', keys: ['shift+arrowleft'], group: 'Frames' },
  { id: 'next-seen', title: 'Next appearance of the selection', keys: ['alt+arrowright'], group: 'Frames' },
  { id: 'previous-seen', title: 'Previous appearance of the selection', keys: ['alt+arrowleft'], group: 'Frames' },
  { id: 'first', title: 'First frame (of the selection)', keys: ['home'], group: 'Frames' },
  { id: 'last', title: 'Last frame (of the selection)', keys: ['end'], group: 'Frames' },
  { id: 'go-to-frame', title: 'Go to a frame', keys: ['g'], group: 'Frames' },
  { id: 'dock-film', title: 'Film strip of the run in the time dock', keys: ['shift+t'], group: 'Frames' },
  { id: 'dock-time', title: 'What was used: over frames, or over the time of day', keys: ['t'], group: 'Frames' },
  { id: 'level-1', title: 'Level 1 only', keys: ['1'], group: 'Masks' },
  { id: 'level-2', title: 'Level 2 only', keys: ['2'], group: 'Masks' },
  { id: 'level-3', title: 'Level 3 only', keys: ['3'], group: 'Masks' },
  { id: 'level-4', title: 'Level 4 only', keys: ['4'], group: 'Masks' },
  { id: 'level-5', title: 'Level 5 only', keys: ['5'], group: 'Masks' },
  { id: 'level-6', title: 'Level 6 only', keys: ['6'], group: 'Masks' },
  { id: 'level-all', title: 'All levels', keys: ['0'], group: 'Masks' },
  { id: 'isolate', title: 'Show only the selection', keys: ['i'], group: 'Masks' },
  { id: 'hide', title: 'Hide the selection', keys: ['h'], group: 'Masks' },
  { id: 'show-all', title: 'Show all that is hidden', keys: ['shift+h'], group: 'Masks' },
  { id: 'keep-set', title: 'Keep the selection as a set', keys: ['k'], group: 'Masks' },
  { id: 'star', title: 'Star the selected track', keys: ['s'], group: 'Masks' },
  { id: 'export-object', title: 'Export the selected track', keys: ['shift+e'], group: 'Masks' },
  { id: 'parent', title: 'Select the parent', keys: ['u'], group: 'Masks' },
  { id: 'clear', title: 'Clear the selection', keys: ['escape'], group: 'Masks' },
  { id: 'prompt', title: 'Add an object by clicks: space and arrows place points', keys: ['a'], group: 'Masks' },
  { id: 'prompt-outside', title: 'Adding an object: it is not at the cross', keys: ['shift+space'], group: 'Masks' },
  { id: 'prompt-next', title: 'Adding an object: another of the masks offered', keys: ['v'], group: 'Masks' },
  { id: 'prompt-keep', title: 'Adding an object: keep the mask', keys: ['enter'], group: 'Masks' },
  { id: 'cursor-up', title: 'Adding an object: the cross up', keys: ['arrowup'], group: 'Masks' },
  { id: 'cursor-down', title: 'Adding an object: the cross down', keys: ['arrowdown'], group: 'Masks' },
  { id: 'cursor-up-fine', title: 'Adding an object: one pixel up', keys: ['shift+arrowup'], group: 'Masks' },
  { id: 'cursor-down-fine', title: 'Adding an object: one pixel down', keys: ['shift+arrowdown'], group: 'Masks' },
  { id: 'draw', title: 'Outline, fill or both', keys: ['o'], group: 'View' },
  { id: 'opacity-up', title: 'More opaque', keys: ['+', '='], group: 'View' },
  { id: 'opacity-down', title: 'Less opaque', keys: ['-'], group: 'View' },
  { id: 'selected-opacity-up', title: 'The selection more opaque', keys: ['alt+='], group: 'View' },
  { id: 'selected-opacity-down', title: 'The selection less opaque', keys: ['alt+-'], group: 'View' },
  { id: 'dim-others', title: 'Dim what is not selected', keys: ['alt+o'], group: 'View' },
  { id: 'patterns', title: 'Patterns beside colours', keys: ['shift+p'], group: 'View' },
  { id: 'scene-layer', title: 'Depth or labels of the scene', keys: ['shift+d'], group: 'View' },
  { id: 'fit', title: 'Fit the picture', keys: ['f'], group: 'View' },
  { id: 'zoom-in', title: 'Zoom in', keys: ['mod+arrowup', 'z'], group: 'View' },
  { id: 'zoom-out', title: 'Zoom out', keys: ['mod+arrowdown', 'shift+z'], group: 'View' },
  { id: 'take-away', title: 'Take away: picture, view, table', keys: ['e'], group: 'View' },
  { id: 'undo', title: 'Undo the last change of view or layout', keys: ['mod+z'], group: 'View' },
  { id: 'redo', title: 'Do it again', keys: ['mod+shift+z', 'mod+y'], group: 'View' },
  { id: 'layouts', title: 'Layouts of the panels', keys: ['shift+l'], group: 'View' },
  { id: 'compare', title: 'Compare with another run; side by side', keys: ['c'], group: 'Compare' },
  { id: 'wipe', title: 'Wipe between both answers', keys: ['w'], group: 'Compare' },
  { id: 'blink', title: 'Blink; again: hold, then swap by hand', keys: ['b'], group: 'Compare' },
  { id: 'onion', title: 'Both at once, mixed (onion)', keys: ['shift+w'], group: 'Compare' },
  { id: 'difference', title: 'Only where they differ', keys: ['d'], group: 'Compare' },
  { id: 'next-difference', title: 'Next disagreement, worst first', keys: ['n'], group: 'Compare' },
  { id: 'previous-difference', title: 'Previous disagreement', keys: ['p'], group: 'Compare' },
  { id: 'swap', title: 'Swap A and B', keys: ['x'], group: 'Compare' },
] as const satisfies readonly KeyRow[]

export type KeyId = (typeof keyTable)[number]['id']

type Press = Pick<KeyboardEvent, 'key' | 'shiftKey' | 'altKey' | 'ctrlKey' | 'metaKey'>

/** The row that a key press belongs to. Shift counts only where the key itself does not already say it ('?' needs shift on most keyboards). */
export function rowOfPress(press: Press): (typeof keyTable)[number] | undefined {
  const name = nameOfPress(press)
  return keyTable.find((row) => row.keys.some((key) => key === name))
}

function nameOfPress({ key, shiftKey, altKey, ctrlKey, metaKey }: Press): string {
  const plain = key === ' ' ? 'space' : key.toLowerCase()
  const isLetterOrNamed = plain.length > 1 || plain.toUpperCase() !== plain
  return [ctrlKey || metaKey ? 'mod' : '', altKey ? 'alt' : '', shiftKey && isLetterOrNamed ? 'shift' : '', plain]
    .filter((part) => part !== '')
    .join('+')
}

/** How a key is written on screen. */
export function keyLabel(key: string, isMac: boolean): string {
  const words: Readonly<Record<string, string>> = {
    mod: isMac ? '⌘' : 'ctrl',
    arrowleft: '←',
    arrowright: '→',
    arrowup: '↑',
    arrowdown: '↓',
    escape: 'esc',
  }
  if (key === '+') return '+'
  return key
    .split('+')
    .map((part) => words[part] ?? part)
    .join(' ')
}

export function keysOf(id: KeyId): readonly string[] {
  return keyTable.find((row) => row.id === id)?.keys ?? []
}
