// From a path a person gave to the scene that lies there: a folder of frames, a video, or the bundled demo.
import { stat } from 'node:fs/promises'
import { demoScenePath, type SceneSummary } from '#core/scene/scene'
import { ensureDemoScene } from './demo-scene.ts'
import { isVideoName, listScene, type SceneListing } from './list-frames.ts'
import { extractVideo, probeVideo } from './video-frames.ts'

export type SceneStore = {
  /** What is there; pictures are not read. */
  probe(path: string): Promise<SceneSummary>
  /** The frames themselves; a video is extracted beside the runs first. */
  list(path: string, outputFolder: string, signal?: AbortSignal): Promise<SceneListing>
}

export function createSceneStore(stateFolder: string): SceneStore {
  const demo = async (): Promise<SceneListing> => ({
    ...(await listScene(await ensureDemoScene(stateFolder))),
    path: demoScenePath,
    name: 'demo',
    kind: 'demo',
  })
  return {
    probe: async (path) => {
      if (path === demoScenePath) return withoutNames(await demo())
      return (await isVideo(path)) ? probeVideo(path) : withoutNames(await listScene(path))
    },
    list: async (path, outputFolder, signal) => {
      if (path === demoScenePath) return demo()
      return (await isVideo(path)) ? extractVideo(path, outputFolder, signal) : listScene(path)
    },
  }
}

function withoutNames({ frameNames: _, ...summary }: SceneListing): SceneSummary {
  return summary
}

async function isVideo(path: string): Promise<boolean> {
  return (
    isVideoName(path) &&
    (await stat(path).then(
      (found) => found.isFile(),
      () => false,
    ))
  )
}
