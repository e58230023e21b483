// Times of the mask codec on 300 masks of 853 x 640, the sizes of the peer script: one JSON line of milliseconds.
import { iouOfRles, unionOfRles } from '#core/mask/overlap'
import { maskFromRle, rleFromMask } from '#core/mask/rle'

const [count, width, height] = [300, 853, 640]
const masks = Array.from({ length: count }, (_, n) => {
  const [cx, cy, r] = [(n * 137) % width, (n * 71) % height, 20 + (n % 60)]
  const mask = new Uint8Array(width * height)
  for (let y = Math.max(0, cy - r); y < Math.min(height, cy + r); y += 1)
    for (let x = Math.max(0, cx - r); x < Math.min(width, cx + r); x += 1)
      if ((x - cx) ** 2 + (y - cy) ** 2 < r * r) mask[y * width + x] = 1
  return mask
})

function best(work: () => void): number {
  const times = Array.from({ length: 5 }, () => {
    const begun = performance.now()
    work()
    return performance.now() - begun
  })
  return Math.min(...times)
}

const rles = masks.map((mask) => rleFromMask(mask, width, height))
const result = {
  'encode one mask': best(() => masks.map((mask) => rleFromMask(mask, width, height))) / count,
  'decode one mask': best(() => rles.map((rle) => maskFromRle(rle))) / count,
  'union of 300 masks': best(() => unionOfRles(rles, height, width)),
  'IoU of one pair': best(() => rles.map((rle, i) => iouOfRles(rle, rles[(i + 1) % count]!))) / count,
}
console.log(JSON.stringify(result))
