// The layer check is tried on a copy with planted violations: a check that finds nothing must be one that could have.
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkBundles, packagesOf } from './bundles.mjs'
import { checkLayers } from './check-layers.mjs'
import { checkDocSources, checkLength, checkTypesKept } from './check-text.mjs'
import { root } from './project.mjs'

let copy
const plant = (file, text) => writeFileSync(join(copy, file), text)

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'scenewright-layers-'))
  for (const name of ['src', 'configs', 'package.json']) cpSync(join(root, name), join(copy, name), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
})
afterAll(() => rmSync(copy, { recursive: true, force: true }))

describe('the layer check', () => {
  it('sees the modules of this project and finds nothing to forbid', () => {
    const { modules, lines } = checkLayers(root)
    expect(modules).toBeGreaterThan(100)
    expect(lines).toEqual([])
  })

  it('names an upward import, a type-only cycle, a forbidden package, node in core, a second door and a floor crossed', () => {
    plant('src/core/base/planted-upward.ts', "export { api } from '#api/api'\n")
    plant('src/core/base/planted-one.ts', "import type { Two } from './planted-two.ts'\nexport type One = { readonly two?: Two }\n")
    plant('src/core/base/planted-two.ts', "import type { One } from './planted-one.ts'\nexport type Two = { readonly one?: One }\n")
    plant('src/engine/planted-package.ts', "import 'ws'\n")
    plant('src/core/base/planted-node.ts', "import 'node:fs'\n")
    plant('src/headless/planted-door.ts', "import '#engine/handlers'\n")
    plant('src/main/planted-value.ts', "import { app } from 'electron'\nexport const name = app.name\n")
    plant('src/core/base/planted-floor.ts', "import '../mask/rle.ts'\n")
    const { lines } = checkLayers(copy)
    const about = (name) => lines.filter((line) => line.includes(name)).join('\n')
    expect(about('planted-upward')).toMatch(/src\/api\/api\.ts.*room-core, row core/)
    expect(about('planted-one')).toContain('cycle')
    expect(about('planted-package')).toMatch(/node_modules\/ws.*packages-engine/)
    expect(about('planted-node')).toContain('node-core')
    expect(about('planted-door')).toContain('src/engine/engine')
    expect(about('planted-value')).toContain('electron')
    expect(about('planted-floor')).toContain('floors-core-base')
  })

  it('calls a tree in which it sees no module a failure', () => {
    const empty = mkdtempSync(join(tmpdir(), 'scenewright-empty-'))
    cpSync(join(root, 'configs'), join(empty, 'configs'), { recursive: true })
    cpSync(join(root, 'package.json'), join(empty, 'package.json'))
    cpSync(join(root, 'src', 'core', 'tsconfig.json'), join(empty, 'src', 'core', 'tsconfig.json'))
    symlinkSync(join(root, 'node_modules'), join(empty, 'node_modules'))
    expect(checkLayers(empty).lines.join()).toContain('no module was seen')
    rmSync(empty, { recursive: true, force: true })
  })
})

describe('the text checks', () => {
  it('name a file that is too long, a way around the types, and a page whose source is gone', () => {
    plant('src/core/base/planted-long.ts', '// Long.\n'.repeat(401))
    plant('src/core/base/planted-any.ts', '// Of any kind.\nexport const loose = {} as any\n')
    cpSync(join(root, 'package.json'), join(copy, 'docs', 'package.json'))
    plant('docs/page.md', '# Page\n\nSources: src/core/base/fault.ts, src/core/base/gone.ts\n')
    expect(checkLength(copy).lines.join()).toContain('planted-long.ts: 401 lines')
    expect(checkTypesKept(copy).lines.filter((line) => line.includes('planted-any'))).toHaveLength(1)
    expect(checkDocSources(copy).lines).toEqual(['docs/page.md: src/core/base/gone.ts does not exist'])
  })
})

describe('the bundle check', () => {
  it('follows chunks and dynamic imports to a package that an entry must not reach', () => {
    const out = mkdtempSync(join(tmpdir(), 'scenewright-bundles-'))
    const files = {
      'main/index.js': 'import{app}from"electron";',
      'main/worker-entry.js': 'import"./chunks/w.js";',
      'main/headless-worker.js': 'await import("./chunks/w.js");',
      'main/model-thread.js': 'import"./chunks/w.js";',
      'main/cli.js': 'import{a}from"./chunks/a.js";',
      'main/chunks/a.js': 'export const a=()=>import("./w.js");',
      'main/chunks/w.js': 'import * as o from "onnxruntime-node";',
      'preload/index.cjs': 'const e=require("electron");',
    }
    for (const [name, text] of Object.entries(files)) {
      cpSync(join(root, 'package.json'), join(out, name))
      writeFileSync(join(out, name), text)
    }
    expect(checkBundles(out).lines).toEqual(['main/cli.js reaches onnxruntime-node'])
    expect([...packagesOf(join(out, 'main/index.js'))]).toEqual(['electron'])
    rmSync(out, { recursive: true, force: true })
  })
})
