// Rasters that lie beside the pictures of a scene (depth, labels): where a file of that kind may be for a picture.

export type SceneRasterKind = 'depth' | 'label'

const folders: Readonly<Record<SceneRasterKind, readonly string[]>> = {
  depth: ['depth'],
  label: ['label', 'labels', 'label-filt', 'instance', 'instance-filt'],
}
const colourWord = /([._-])(?:color|colour|rgb)$/i

export const sceneRasterKinds: readonly SceneRasterKind[] = ['depth', 'label']

/**
 * Paths relative to the folder of the pictures, the likeliest first: beside the picture (`frame-000000.color.jpg` has
 * `frame-000000.depth.png`, `0000.png` has `0000.depth.png`), or of the same name in a folder next to that of the pictures, as ScanNet
 * and MultiScan have them; those are looked at only where the pictures' own folder is named for colours, which `folder` says.
 */
export function scenePlaces(kind: SceneRasterKind, frameName: string, folder: string): readonly string[] {
  const stem = frameName.replace(/\.[^.]*$/, '')
  const joint = colourWord.exec(stem)?.[1]
  const bare = stem.replace(colourWord, '')
  const beside = (joint === undefined ? ['.', '_', '-'] : [joint]).map((one) => `${bare}${one}${kind}.png`)
  if (!/^(?:color|colour|rgb)$/i.test(folder)) return beside
  return [...beside, ...folders[kind].flatMap((one) => [...new Set([stem, bare])].map((name) => `../${one}/${name}.png`))]
}
