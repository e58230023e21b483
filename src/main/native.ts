// What a desktop offers beside the contract: dialogs, and showing a file in the system's file browser.
import type { Dialog, IpcMain, IpcMainInvokeEvent, Shell } from 'electron'
import { z } from 'zod'
import { nativeWords } from '#api/bridge'
import { isOurPage } from './window.ts'

export type NativeParts = {
  readonly ipcMain: Pick<IpcMain, 'handle'>
  readonly dialog: Pick<Dialog, 'showOpenDialog'>
  readonly shell: Pick<Shell, 'showItemInFolder'>
}

const Title = z.string().max(200)
const Extensions = z.array(z.string().regex(/^[A-Za-z0-9]{1,12}$/)).max(40)
const Path = z.string().min(1).max(4096)

export function offerNative({ ipcMain, dialog, shell }: NativeParts): void {
  const answer = (word: string, act: (...words: readonly unknown[]) => Promise<unknown>) =>
    ipcMain.handle(word, (event: IpcMainInvokeEvent, ...words: unknown[]) => {
      if (!event.senderFrame || !isOurPage(event.senderFrame.url)) throw new Error('only our own page may ask this')
      return act(...words)
    })
  answer(nativeWords.pickFolder, async (title) => {
    const picked = await dialog.showOpenDialog({ title: Title.parse(title), properties: ['openDirectory', 'createDirectory'] })
    return picked.canceled ? undefined : picked.filePaths[0]
  })
  answer(nativeWords.pickFile, async (title, extensions) => {
    const known = Extensions.parse(extensions)
    const filters = known.length > 0 ? [{ name: 'Files', extensions: known }] : []
    const picked = await dialog.showOpenDialog({ title: Title.parse(title), properties: ['openFile'], filters })
    return picked.canceled ? undefined : picked.filePaths[0]
  })
  answer(nativeWords.reveal, async (path) => shell.showItemInFolder(Path.parse(path)))
}
