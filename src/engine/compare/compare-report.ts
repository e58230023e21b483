// Writes a comparison into a new folder: report.md, report.html, pictures of the worst frames, and their list for other programs.
import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { Fault } from '#core/base/fault'
import { type HardFrames, hardFramesOf } from '#core/compare/hard-frames'
import type { Answer } from './answer.ts'
import type { AnswersCompared } from './compare-answers.ts'
import { drawFrame } from './compare-pictures.ts'
import {
  answersTable,
  letterOf,
  levelTable,
  meaningOfPair,
  pairHeading,
  placesTable,
  settingsTable,
  truthTable,
  worstFrames,
  worstFramesTable,
} from './compare-text.ts'
import { type Block, htmlOf, markdownOf } from './report-blocks.ts'

export type WrittenReport = { readonly folder: string; readonly pictures: number; readonly hardFrames: number }

const mostRows = 40
const mostPictures = 12
const mostHardFrames = 200

/** Throws COMPARE_REPORT_EXISTS; asked before the work begins, too. */
export function checkReportPlace(given: string): string {
  const folder = resolve(given)
  if (statSync(folder, { throwIfNoEntry: false }) !== undefined) throw new Fault('COMPARE_REPORT_EXISTS', { path: folder })
  return folder
}

/** What was begun is taken away again when it fails. */
export async function writeReport(given: string, answers: readonly Answer[], compared: AnswersCompared): Promise<WrittenReport> {
  const folder = checkReportPlace(given)
  mkdirSync(dirname(folder), { recursive: true })
  mkdirSync(folder)
  try {
    const named = answers.map(({ title, folder: path, stage }) => ({ title, folder: path, ...(stage === undefined ? {} : { stage }) }))
    const hard = hardFramesOf(named, compared.pairs, compared.frames, mostHardFrames)
    const pictures = await writePictures(folder, answers, compared, hard)
    const blocks = [...tableBlocks(answers, compared), ...pictures]
    const title = `Comparison of ${answers.map(({ title: name }) => name).join(', ')}`
    writeFileSync(join(folder, 'hard-frames.json'), `${JSON.stringify(hard, undefined, 2)}\n`)
    writeFileSync(join(folder, 'report.md'), markdownOf(title, blocks))
    writeFileSync(join(folder, 'report.html'), htmlOf(title, blocks))
    return { folder, pictures: pictures.filter(({ kind }) => kind === 'picture').length, hardFrames: hard.frames.length }
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
}

function tableBlocks(answers: readonly Answer[], compared: AnswersCompared): Block[] {
  const blocks: Block[] = [
    { kind: 'table', rows: [['', 'answer', 'folder'], ...answersTable(answers)] },
    {
      kind: 'text',
      text: 'Objects are matched once over the frames that two answers share; where an answer consists of candidates, whose ids start again on every frame, masks are matched within each frame.',
    },
  ]
  for (const pair of compared.pairs) {
    blocks.push(
      { kind: 'heading', text: pairHeading(pair) },
      { kind: 'table', rows: levelTable(pair) },
      { kind: 'text', text: meaningOfPair(pair) },
    )
    if (worstFrames(pair.result).length === 0) {
      blocks.push({ kind: 'text', text: 'They say the same on every frame.' })
      continue
    }
    blocks.push(
      { kind: 'text', text: 'Frames that differ most:' },
      { kind: 'table', rows: worstFramesTable(pair, compared.frames, mostRows) },
    )
    blocks.push({ kind: 'text', text: 'Places that differ most:' }, { kind: 'table', rows: placesTable(pair, mostRows) })
  }
  if (compared.settings.answers.length > 1) {
    blocks.push({ kind: 'heading', text: 'Settings that differ' })
    const same = compared.settings.rows.length === 0
    blocks.push(same ? { kind: 'text', text: 'None.' } : { kind: 'table', rows: settingsTable(compared.settings) })
  }
  if (compared.truth.length > 0)
    blocks.push(
      { kind: 'heading', text: 'Against the reference' },
      {
        kind: 'text',
        text: 'Each answer on the annotated frames that it has; the column frames says how many these are, for a matched object on how many of them it or its counterpart is seen.',
      },
      { kind: 'table', rows: truthTable(compared.truth) },
    )
  return blocks
}

async function writePictures(
  folder: string,
  answers: readonly Answer[],
  compared: AnswersCompared,
  { frames }: HardFrames,
): Promise<Block[]> {
  if (frames.length === 0) return []
  const letters = answers.map((_, i) => letterOf(i)).join(', ')
  const legend = `From left to right ${letters}. Matched objects have one colour in all of them; vermilion objects are in one answer only, yellow ones are split or merged. A is held against B, the others against A. An answer that does not have a frame is left dark.`
  const blocks: Block[] = [
    { kind: 'heading', text: 'Pictures of the worst frames' },
    { kind: 'text', text: legend },
  ]
  mkdirSync(join(folder, 'pictures'))
  const gone: string[] = []
  for (const { frameIndex, name, share } of frames.slice(0, mostPictures)) {
    const frame = compared.frames.find((one) => one.frameIndex === frameIndex)!
    const { jpeg, level, hasPicture } = await drawFrame(answers, compared, frame)
    if (!hasPicture) gone.push(name)
    const path = `pictures/frame_${String(frameIndex).padStart(6, '0')}.jpg`
    writeFileSync(join(folder, path), jpeg)
    blocks.push({
      kind: 'picture',
      path,
      caption: `Frame ${frameIndex} (${name}), level ${level}, disagreement ${(100 * share).toFixed(1)} %`,
    })
  }
  if (gone.length > 0)
    blocks.push({
      kind: 'text',
      text: `The pictures of these frames could not be read, so their masks lie on a dark ground: ${gone.join(', ')}.`,
    })
  return blocks
}
