// The two programs of the GPU: one triangle over the canvas, and the colour of each of its pixels.

export const vertexShader = `#version 300 es
void main() {
  vec2 corner = vec2(gl_VertexID == 1 ? 3.0 : -1.0, gl_VertexID == 2 ? 3.0 : -1.0);
  gl_Position = vec4(corner, 0.0, 1.0);
}`

/** Layers of ids that one drawing may look through: six levels, each with what lies beneath. */
export const mostLayers = 18

/**
 * Ids are integers all the way: the palette decides colour (rgb) and whether a mask is shown at all (alpha; 0 hides, what it lacks of
 * 255 in steps of 8 is the number of its pattern).
 */
export const fragmentShader = `#version 300 es
precision highp float;
precision highp int;
precision highp usampler2DArray;
precision highp usampler2D;
uniform sampler2D picture;
uniform usampler2DArray ids;
uniform sampler2D palette;
uniform usampler2D chosen;
uniform usampler2D sceneRaster;
uniform vec2 size;
uniform vec2 origin;
uniform float canvasHeight;
uniform float perPixel;
uniform float ratio;
uniform int layerCount;
// Top first; a layer that holds what lies beneath the one before it has a 1 in layerIsBeneath.
uniform int layerAt[${mostLayers}];
uniform int layerFirst[${mostLayers}];
uniform int layerIsBeneath[${mostLayers}];
uniform float opacity;
uniform float chosenOpacity;
uniform int drawing;
uniform int hovered;
uniform bool hasChosen;
uniform bool isIsolated;
uniform float othersOpacity;
uniform float gridStrength;
uniform int rasterKind;
uniform float rasterOpacity;
uniform vec2 rasterRange;
uniform vec3 rasterStops[9];
out vec4 result;

bool isOutside(ivec2 at) { return at.x < 0 || at.y < 0 || at.x >= int(size.x) || at.y >= int(size.y); }

vec4 paletteOf(int mask) { return texelFetch(palette, ivec2((mask - 1) & 255, (mask - 1) >> 8), 0); }

int topAt(vec2 point) {
  ivec2 at = ivec2(floor(point));
  if (isOutside(at)) return 0;
  bool isEmpty = false;
  for (int n = 0; n < ${mostLayers}; n += 1) {
    if (n >= layerCount) break;
    if (isEmpty && layerIsBeneath[n] == 1) continue;
    uint value = texelFetch(ids, ivec3(at, layerAt[n]), 0).r;
    isEmpty = value == 0u;
    if (isEmpty) continue;
    int mask = layerFirst[n] + int(value);
    if (paletteOf(mask).a > 0.5) return mask;
  }
  return 0;
}

int chosenAt(vec2 point) {
  ivec2 at = ivec2(floor(point));
  return isOutside(at) ? 0 : int(texelFetch(chosen, at, 0).r);
}

bool bordersOther(vec2 point, int mask, float reach) {
  return topAt(point + vec2(reach, 0.0)) != mask || topAt(point - vec2(reach, 0.0)) != mask
      || topAt(point + vec2(0.0, reach)) != mask || topAt(point - vec2(0.0, reach)) != mask;
}

bool chosenBorder(vec2 point, int mask, float reach) {
  return chosenAt(point + vec2(reach, 0.0)) != mask || chosenAt(point - vec2(reach, 0.0)) != mask
      || chosenAt(point + vec2(0.0, reach)) != mask || chosenAt(point - vec2(0.0, reach)) != mask;
}

// How much of the fill a pattern leaves at a place of the picture, in CSS pixels; patterns keep their width at each zoom.
float patternAt(vec2 css, float alpha) {
  int kind = int(round((1.0 - alpha) * 255.0 / 8.0));
  if (kind == 0) return 1.0;
  bool rising = fract((css.x + css.y) / 8.0) < 0.42;
  bool falling = fract((css.x - css.y) / 8.0) < 0.42;
  vec2 cell = abs(fract(css / 7.0) - 0.5);
  bool isOn = kind == 1 ? rising
      : kind == 2 ? falling
      : kind == 3 ? fract(css.y / 6.0) < 0.42
      : kind == 4 ? fract(css.x / 6.0) < 0.42
      : kind == 5 ? length(cell) < 0.3
      : rising || falling;
  return isOn ? 1.25 : 0.35;
}

vec3 withSceneRaster(vec3 bare, vec2 point) {
  ivec2 extent = textureSize(sceneRaster, 0);
  ivec2 at = clamp(ivec2(floor(point / size * vec2(extent))), ivec2(0), extent - 1);
  uint value = texelFetch(sceneRaster, at, 0).r;
  if (value == 0u) return bare;
  if (rasterKind == 2) {
    vec3 hue = fract(vec3(0.0, 0.33, 0.67) + float(value) * 0.381966);
    return mix(bare, 0.25 + 0.7 * clamp(abs(hue * 6.0 - 3.0) - 1.0, 0.0, 1.0), rasterOpacity);
  }
  float share = clamp((float(value) - rasterRange.x) / (rasterRange.y - rasterRange.x), 0.0, 1.0) * 8.0;
  int low = min(int(share), 7);
  return mix(bare, mix(rasterStops[low], rasterStops[low + 1], share - float(low)), rasterOpacity);
}

void main() {
  vec2 point = origin + vec2(gl_FragCoord.x, canvasHeight - gl_FragCoord.y) * perPixel;
  vec3 bare = texture(picture, point / size).rgb;
  if (isOutside(ivec2(floor(point)))) { result = vec4(0.0); return; }
  if (rasterKind != 0) bare = withSceneRaster(bare, point);
  vec3 colour = bare;
  vec2 css = point / perPixel / ratio;
  int mask = isIsolated ? 0 : topAt(point);
  vec4 own = mask > 0 ? paletteOf(mask) : vec4(0.0);
  if (mask > 0) {
    float fade = hasChosen ? othersOpacity : 1.0;
    if (drawing != 1) colour = mix(colour, own.rgb, min(1.0, opacity * fade * patternAt(css, own.a)));
    if (drawing != 0 && bordersOther(point, mask, 1.25 * perPixel)) colour = mix(colour, own.rgb, 0.95 * mix(fade, 1.0, 0.3));
  }
  if (hasChosen) {
    int inside = chosenAt(point);
    if (inside > 0 && drawing != 1) {
      vec4 ownChosen = paletteOf(inside);
      // A selection that is hidden otherwise has no pattern to read.
      float pattern = ownChosen.a > 0.5 ? patternAt(css, ownChosen.a) : 1.0;
      colour = mix(bare, ownChosen.rgb, min(1.0, chosenOpacity * pattern));
    }
    if (inside > 0 && chosenBorder(point, inside, 2.0 * perPixel)) colour = vec3(1.0);
    if (inside == 0 && isIsolated) colour *= 0.45;
    if (inside == 0 && chosenBorder(point, 0, 1.2 * perPixel)) colour = vec3(0.05);
  }
  if (mask > 0 && mask == hovered) {
    if (drawing != 1) colour = mix(colour, own.rgb, 0.2);
    if (bordersOther(point, mask, 1.75 * perPixel)) colour = mix(own.rgb, vec3(1.0), 0.6);
  }
  if (gridStrength > 0.0) {
    vec2 inPixel = fract(point);
    if (inPixel.x < perPixel || inPixel.y < perPixel)
      colour = mix(colour, vec3(dot(colour, vec3(0.2126, 0.7152, 0.0722)) > 0.5 ? 0.0 : 1.0), gridStrength);
  }
  result = vec4(colour, 1.0);
}`
