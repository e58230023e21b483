// Short words that a page puts on the status line.
import { createStore, type StoreApi } from 'zustand/vanilla'

export type Notes = { readonly status: { readonly left: string; readonly right: string } }
export type NoteStore = StoreApi<Notes>

export const makeNoteStore = (): NoteStore => createStore<Notes>(() => ({ status: { left: '', right: '' } }))
