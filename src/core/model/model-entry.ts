// What the store knows of a model: role, files with their hashes, inputs and outputs, preprocessing, licence and origin.
import { z } from 'zod'

export const ModelRole = z.enum(['promptableSegmenter', 'videoTracker', 'instanceSegmenter', 'detector', 'featureBackbone'])
export type ModelRole = z.infer<typeof ModelRole>

/** How networks of one kind are wired; the stages choose their code by it. */
export const ModelFamily = z.enum(['sam', 'edgesam', 'sam2', 'sam2-video', 'yolo-seg', 'yolov8', 'yolo-end-to-end', 'yolox', 'features'])
export type ModelFamily = z.infer<typeof ModelFamily>

export const ModelPart = z.enum([
  'whole',
  'encoder',
  'decoder',
  'promptEncoder',
  'maskDecoder',
  'memoryAttention',
  'memoryEncoder',
  'pointerProjection',
  'pointerTimeProjection',
  /** Learnt numbers of a checkpoint that belong to none of its modules. */
  'constants',
])
export type ModelPart = z.infer<typeof ModelPart>

/** A model name: letters, digits, dot, dash, underscore, beginning with a letter or digit; it is the name of a folder too. */
export const ModelId = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/)

export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/)

/** A number is a fixed size, a text the name of one that is open (empty if unnamed). */
export const ModelPort = z.object({ name: z.string(), type: z.string(), shape: z.array(z.union([z.number(), z.string()])) })
export type ModelPort = z.infer<typeof ModelPort>

/** A plain file name, in the folder of the model. */
const FileName = z
  .string()
  .min(1)
  .max(255)
  .refine((name) => !/[\\/:]/.test(name) && name !== '.' && name !== '..', 'a plain file name')

export const ModelWeights = z.object({ name: FileName, sizeBytes: z.number().int().nonnegative(), sha256: Sha256.optional() })

export const ModelFile = z.object({
  name: FileName,
  part: ModelPart,
  sizeBytes: z.number().int().nonnegative(),
  /** Absent for a file that somebody put into the folder and nobody has verified or added yet. */
  sha256: Sha256.optional(),
  /** Weights that the file keeps beside itself. */
  weights: z.array(ModelWeights).default([]),
  inputs: z.array(ModelPort),
  outputs: z.array(ModelPort),
  /** Where it was fetched from. */
  address: z.string().optional(),
})
export type ModelFile = z.infer<typeof ModelFile>

/**
 * From a picture of 8 bits a channel to the tensor, in this order: resize, pad (when `pad.when` is before), put the channels in
 * order, (value * scale - mean) / std, pad (when it is after).
 */
export const Preprocessing = z.object({
  resize: z.object({
    /** longestSide and letterbox keep the aspect and fit inside; shortestSide keeps it and covers; squash does not keep it. */
    rule: z.enum(['none', 'squash', 'longestSide', 'letterbox', 'shortestSide']),
    /** Pixels of the network's input; absent when it takes any size. */
    width: z.number().int().positive().optional(),
    height: z.number().int().positive().optional(),
    /** Sides have to be multiples of this where the size is open. */
    multiple: z.number().int().positive().default(1),
    interpolation: z.enum(['bilinear', 'bicubic', 'area']).default('bilinear'),
  }),
  pad: z.object({
    /** Where the padding is; centre: on both sides alike. */
    where: z.enum(['none', 'rightBottom', 'centre']),
    value: z.number(),
    when: z.enum(['beforeNormalising', 'afterNormalising']),
  }),
  colour: z.enum(['rgb', 'bgr']),
  scale: z.number().positive(),
  mean: z.array(z.number()).length(3),
  std: z.array(z.number().positive()).length(3),
  layout: z.enum(['nchw', 'hwc']),
})
export type Preprocessing = z.infer<typeof Preprocessing>

export const ModelEntry = z.object({
  version: z.literal(1),
  id: ModelId,
  title: z.string(),
  role: ModelRole,
  family: ModelFamily,
  files: z.array(ModelFile).min(1),
  /** "unknown" when neither the file nor the person said. */
  licence: z.string(),
  /** Where it came from: an address or a path. */
  source: z.string(),
  preprocessing: Preprocessing.optional(),
  /** Names of the classes by index, where the file or the list of known models tells them. */
  classNames: z.array(z.string()).optional(),
  /** Facts above that nobody could check. */
  unchecked: z.array(z.string()).default([]),
  origin: z.enum(['added', 'fetched', 'dropped']),
  addedAt: z.number().optional(),
})
export type ModelEntry = z.infer<typeof ModelEntry>

const neededParts: Readonly<Record<ModelFamily, readonly ModelPart[]>> = {
  sam: ['encoder', 'decoder'],
  edgesam: ['encoder', 'decoder'],
  sam2: ['encoder', 'decoder'],
  'sam2-video': ['encoder', 'promptEncoder', 'maskDecoder', 'memoryAttention', 'memoryEncoder', 'pointerProjection', 'constants'],
  'yolo-seg': ['whole'],
  yolov8: ['whole'],
  'yolo-end-to-end': ['whole'],
  yolox: ['whole'],
  features: ['whole'],
}

/** Parts without which a model of this family cannot run. */
export function missingParts(family: ModelFamily, files: readonly { readonly part: ModelPart }[]): readonly ModelPart[] {
  return neededParts[family].filter((part) => !files.some((file) => file.part === part))
}
