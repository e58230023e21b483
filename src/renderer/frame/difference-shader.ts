// The program that shows where two answers differ: one triangle over the canvas, and the colour of each of its pixels.
import { mostLayers } from './shaders.ts'

/**
 * Four kinds of pixel: only A (stripes rising), only B (stripes falling), both with the same object (faint dots), and both with different
 * objects (rising stripes of both colours). The pattern says the same as the colour, for whoever cannot tell the colours apart.
 */
export const differenceShader = `#version 300 es
precision highp float;
precision highp int;
precision highp usampler2DArray;
precision highp usampler2D;
uniform sampler2D picture;
uniform usampler2DArray idsA;
uniform usampler2DArray idsB;
uniform usampler2D objectsA;
uniform usampler2D objectsB;
uniform usampler2D chosenA;
uniform usampler2D chosenB;
uniform vec2 size;
uniform vec2 origin;
uniform float canvasHeight;
uniform float perPixel;
uniform float ratio;
uniform int layerCountA;
uniform int layerAtA[${mostLayers}];
uniform int layerFirstA[${mostLayers}];
uniform int layerCountB;
uniform int layerAtB[${mostLayers}];
uniform int layerFirstB[${mostLayers}];
uniform bool hasObjects;
uniform bool hasChosen;
uniform float opacity;
uniform vec3 colourA;
uniform vec3 colourB;
uniform vec3 colourBoth;
out vec4 result;

bool isOutside(ivec2 at) { return at.x < 0 || at.y < 0 || at.x >= int(size.x) || at.y >= int(size.y); }

// Object 0 is not looked at: then what lies beneath it is.
uint objectOfA(int mask) { return texelFetch(objectsA, ivec2((mask - 1) & 255, (mask - 1) >> 8), 0).r; }
uint objectOfB(int mask) { return texelFetch(objectsB, ivec2((mask - 1) & 255, (mask - 1) >> 8), 0).r; }
int topOfA(ivec2 at) {
  for (int n = 0; n < ${mostLayers}; n += 1) {
    if (n >= layerCountA) break;
    uint value = texelFetch(idsA, ivec3(at, layerAtA[n]), 0).r;
    if (value == 0u) continue;
    int mask = layerFirstA[n] + int(value);
    if (!hasObjects || objectOfA(mask) != 0u) return mask;
  }
  return 0;
}
int topOfB(ivec2 at) {
  for (int n = 0; n < ${mostLayers}; n += 1) {
    if (n >= layerCountB) break;
    uint value = texelFetch(idsB, ivec3(at, layerAtB[n]), 0).r;
    if (value == 0u) continue;
    int mask = layerFirstB[n] + int(value);
    if (!hasObjects || objectOfB(mask) != 0u) return mask;
  }
  return 0;
}

// 0 nothing, 1 only A, 2 only B, 3 the same in both, 4 different objects.
int kindAt(vec2 point) {
  ivec2 at = ivec2(floor(point));
  if (isOutside(at)) return 0;
  if (hasChosen) {
    bool a = texelFetch(chosenA, at, 0).r != 0u;
    bool b = texelFetch(chosenB, at, 0).r != 0u;
    return a && b ? 3 : a ? 1 : b ? 2 : 0;
  }
  int a = topOfA(at);
  int b = topOfB(at);
  if (a == 0 || b == 0) return a > 0 ? 1 : b > 0 ? 2 : 0;
  return !hasObjects || objectOfA(a) == objectOfB(b) ? 3 : 4;
}

bool bordersOther(vec2 point, int kind, float reach) {
  return kindAt(point + vec2(reach, 0.0)) != kind || kindAt(point - vec2(reach, 0.0)) != kind
      || kindAt(point + vec2(0.0, reach)) != kind || kindAt(point - vec2(0.0, reach)) != kind;
}

void main() {
  vec2 screen = vec2(gl_FragCoord.x, canvasHeight - gl_FragCoord.y);
  vec2 point = origin + screen * perPixel;
  if (isOutside(ivec2(floor(point)))) { result = vec4(0.0); return; }
  vec3 bare = texture(picture, point / size).rgb;
  // Without its colours the picture does not argue with those of the difference.
  vec3 ground = vec3(dot(bare, vec3(0.2126, 0.7152, 0.0722))) * 0.62;
  int kind = kindAt(point);
  if (kind == 0) { result = vec4(hasChosen ? ground * 0.75 : ground, 1.0); return; }
  vec2 css = screen / ratio;
  bool rising = fract((css.x + css.y) / 9.0) < 0.5;
  bool falling = fract((css.x - css.y) / 9.0) < 0.5;
  vec2 cell = abs(fract(css / 7.0) - 0.5);
  vec3 own = kind == 1 ? colourA : kind == 2 ? colourB : kind == 3 ? colourBoth : rising ? colourA : colourB;
  float strength = kind == 1 ? (rising ? 1.0 : 0.55) : kind == 2 ? (falling ? 1.0 : 0.55) : kind == 3 ? (max(cell.x, cell.y) < 0.14 ? 0.75 : 0.3) : 0.9;
  vec3 colour = mix(ground, own, strength * mix(0.45, 1.0, opacity));
  if (bordersOther(point, kind, 1.1 * perPixel)) colour = mix(colour, kind == 3 ? vec3(1.0) : own, 0.8);
  result = vec4(colour, 1.0);
}`
