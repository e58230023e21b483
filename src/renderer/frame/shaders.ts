// The two programs of the GPU: one triangle over the canvas, and the colour of each of its pixels.

export const vertexShader = `#version 300 es
void main() {
  vec2 corner = vec2(gl_VertexID == 1 ? 3.0 : -1.0, gl_VertexID == 2 ? 3.0 : -1.0);
  gl_Position = vec4(corner, 0.0, 1.0);
}`

/** Ids are integers all the way: the palette decides colour (rgb) and whether a mask is shown at all (alpha). */
export const fragmentShader = `#version 300 es
precision highp float;
precision highp int;
precision highp usampler2DArray;
precision highp usampler2D;
uniform sampler2D picture;
uniform usampler2DArray ids;
uniform sampler2D palette;
uniform usampler2D chosen;
uniform vec2 size;
uniform vec2 origin;
uniform float canvasHeight;
uniform float perPixel;
uniform int layerCount;
uniform int layerOn[6];
uniform int layerFirst[6];
uniform float opacity;
uniform int drawing;
uniform int hovered;
uniform bool hasChosen;
uniform bool isIsolated;
uniform float othersOpacity;
uniform vec3 chosenColour;
out vec4 result;

bool isOutside(ivec2 at) { return at.x < 0 || at.y < 0 || at.x >= int(size.x) || at.y >= int(size.y); }

int topAt(vec2 point) {
  ivec2 at = ivec2(floor(point));
  if (isOutside(at)) return 0;
  for (int layer = layerCount - 1; layer >= 0; layer -= 1) {
    if (layerOn[layer] == 0) continue;
    uint value = texelFetch(ids, ivec3(at, layer), 0).r;
    if (value == 0u) continue;
    int mask = layerFirst[layer] + int(value);
    if (texelFetch(palette, ivec2((mask - 1) & 255, (mask - 1) >> 8), 0).a > 0.5) return mask;
  }
  return 0;
}

bool isChosen(vec2 point) {
  ivec2 at = ivec2(floor(point));
  return !isOutside(at) && texelFetch(chosen, at, 0).r != 0u;
}

bool bordersOther(vec2 point, int mask, float reach) {
  return topAt(point + vec2(reach, 0.0)) != mask || topAt(point - vec2(reach, 0.0)) != mask
      || topAt(point + vec2(0.0, reach)) != mask || topAt(point - vec2(0.0, reach)) != mask;
}

bool chosenBorder(vec2 point, bool inside, float reach) {
  return isChosen(point + vec2(reach, 0.0)) != inside || isChosen(point - vec2(reach, 0.0)) != inside
      || isChosen(point + vec2(0.0, reach)) != inside || isChosen(point - vec2(0.0, reach)) != inside;
}

void main() {
  vec2 point = origin + vec2(gl_FragCoord.x, canvasHeight - gl_FragCoord.y) * perPixel;
  vec3 bare = texture(picture, point / size).rgb;
  if (isOutside(ivec2(floor(point)))) { result = vec4(0.0); return; }
  vec3 colour = bare;
  int mask = isIsolated ? 0 : topAt(point);
  vec3 own = mask > 0 ? texelFetch(palette, ivec2((mask - 1) & 255, (mask - 1) >> 8), 0).rgb : vec3(0.0);
  if (mask > 0) {
    float fade = hasChosen ? othersOpacity : 1.0;
    if (drawing != 1) colour = mix(colour, own, opacity * fade);
    if (drawing != 0 && bordersOther(point, mask, 1.25 * perPixel)) colour = mix(colour, own, 0.95 * mix(fade, 1.0, 0.3));
  }
  if (hasChosen) {
    bool inside = isChosen(point);
    if (inside && drawing != 1) colour = mix(bare, chosenColour, min(0.85, opacity + 0.08));
    if (inside && chosenBorder(point, true, 2.0 * perPixel)) colour = vec3(1.0);
    if (!inside && isIsolated) colour *= 0.45;
    if (!inside && chosenBorder(point, false, 1.2 * perPixel)) colour = vec3(0.05);
  }
  if (mask > 0 && mask == hovered) {
    if (drawing != 1) colour = mix(colour, own, 0.2);
    if (bordersOther(point, mask, 1.75 * perPixel)) colour = mix(own, vec3(1.0), 0.6);
  }
  result = vec4(colour, 1.0);
}`
