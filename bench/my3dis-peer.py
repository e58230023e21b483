"""The usual way to read tracked masks of My3DIS: zipfile, json, base64 and np.unpackbits, mask by mask. One JSON line.
python3 my3dis-peer.py open|read RUN [FRAME]"""
import base64, glob, json, os, resource, sys, time, zipfile
import numpy as np


def masks_of(archive, entry):
    for packed in json.loads(archive.read(entry))['objects'].values():
        shape = packed['shape']
        bits = np.frombuffer(base64.b64decode(packed['packed_bits_b64']), np.uint8)
        yield np.unpackbits(bits, count=int(np.prod(shape))).reshape(shape)


what, run = sys.argv[1:3]
begun, cpu = time.perf_counter(), time.process_time()
masks = pixels = 0
for path in sorted(glob.glob(os.path.join(run, 'level_*', '**', 'video_segments*.npz'), recursive=True)):
    with zipfile.ZipFile(path) as archive:
        frames = json.loads(archive.read('manifest.json'))['frames']
        for frame in frames[:1] if what == 'open' else frames:
            for mask in masks_of(archive, frame['entry']):
                masks += 1
                # Nothing is done with it but to look at one corner: counting pixels would be work that ours does not do.
                pixels += int(mask.flat[0])
ms, cpu_ms = 1000 * (time.perf_counter() - begun), 1000 * (time.process_time() - cpu)
print(json.dumps({"ms": ms, "cpu_ms": cpu_ms, 'masks': masks, 'corners': pixels, 'peak_bytes': resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}))
