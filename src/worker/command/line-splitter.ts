// Bytes of a program as lines: whole characters, carriage returns of progress bars told apart from line ends, nothing without bound.
import { StringDecoder } from 'node:string_decoder'

export type Piece = {
  readonly text: string
  /** No: it was written over by what followed a carriage return, and belongs in no log. */
  readonly lasting: boolean
}

export type LineSplitter = {
  push(bytes: Uint8Array): readonly Piece[]
  /** The rest that no line end followed. */
  end(): readonly Piece[]
}

/** Longer lines are broken: a program that never ends its line must not fill the memory. */
export const mostLineCharacters = 8192

/** What is no UTF-8 becomes U+FFFD. A carriage return before a line end is part of that line end. */
export function createLineSplitter(): LineSplitter {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  /** What a carriage return ended: lasting if a line end follows at once. */
  let returned: string | undefined

  const cut = (text: string): Piece[] => {
    const pieces: Piece[] = []
    let at = 0
    for (const { index, 0: end } of text.matchAll(/[\r\n]/g)) {
      const piece = rest + text.slice(at, index)
      rest = ''
      at = index + 1
      if (end === '\r') {
        // Told at once, not when the next one comes: it may be the last for an hour.
        pieces.push({ text: piece, lasting: false })
        returned = piece === '' ? returned : piece
      } else {
        pieces.push({ text: piece === '' && returned !== undefined ? returned : piece, lasting: true })
        returned = undefined
      }
    }
    rest += text.slice(at)
    if (rest !== '') returned = undefined
    while (rest.length > mostLineCharacters) {
      pieces.push({ text: rest.slice(0, mostLineCharacters), lasting: true })
      rest = rest.slice(mostLineCharacters)
    }
    return pieces
  }
  return {
    push: (bytes) => cut(decoder.write(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))),
    end: () => {
      const pieces = cut(decoder.end())
      const last = rest !== '' ? rest : returned
      rest = ''
      returned = undefined
      return last === undefined ? pieces : [...pieces, { text: last, lasting: true }]
    },
  }
}
