// What the preload offers a page on a desktop, beside the port. Absent in a browser.

export type NativeExtras = {
  /** Opens the system's dialog; undefined when the person cancelled. */
  pickFolder(title: string): Promise<string | undefined>
  pickFile(title: string, extensions: readonly string[]): Promise<string | undefined>
  /** Where a file or folder lies that was dropped onto the window; empty for one that is on no disk. */
  pathOfFile(file: object): string
  /** Shows a file or folder in the system's file browser. */
  reveal(path: string): Promise<void>
}
/** The page's global on a desktop. The port itself arrives as a window message `scenewright-port`. */
export const bridgeName = 'scenewrightNative'
export const portMessage = 'scenewright-port'

/** Questions of the preload to the main process. */
export const nativeWords = { pickFolder: 'native.pickFolder', pickFile: 'native.pickFile', reveal: 'native.reveal' } as const
