// From a picture to its leaves: the few hundred small regions every candidate is made of.
import { edgeMap } from './edge-map.ts'
import { byEdge } from './hierarchies.ts'
import { type Rgb, shrinkToLab, workingSize } from './lab-picture.ts'
import { cutTree, growTree } from './merge-tree.ts'
import { buildPalette } from './palette.ts'
import { type RegionGraph, groupGraph, regionGraph } from './region-graph.ts'
import { watershed } from './watershed.ts'

const SHORT_SIDE = 320
const MOST_LEAVES = 600

/** `leaf` holds the leaf (0..graph.count-1) of each working pixel, row-major, `width` x `height`. */
export type Leaves = { readonly width: number; readonly height: number; readonly leaf: Int32Array; readonly graph: RegionGraph }

export function growLeaves(picture: Rgb): Leaves {
  const { width, height } = workingSize(picture.width, picture.height, SHORT_SIDE)
  const lab = shrinkToLab(picture, width, height)
  const palette = buildPalette(lab)
  const edges = edgeMap(lab, palette)
  const valleys = watershed(edges.strength, width, height)
  const fine = regionGraph(lab, palette, edges, valleys)
  const { roots, group } = cutTree(growTree(fine, byEdge, MOST_LEAVES), MOST_LEAVES)
  const place = new Map(roots.map((root, i) => [root, i]))
  const leafOfValley = group.map((root) => place.get(root)!)
  const leaf = valleys.label.map((valley) => leafOfValley[valley]!)
  return { width, height, leaf, graph: groupGraph(fine, leafOfValley, roots.length) }
}
