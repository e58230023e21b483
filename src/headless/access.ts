// Who may use the local server: one-time tokens, sessions, and the Host and Origin a request must carry.
import { randomBytes, timingSafeEqual } from 'node:crypto'
import { hostname, networkInterfaces } from 'node:os'

export type Access = {
  /** A token for one link; it opens one session and is then worthless. */
  issueToken(): string
  /** The session's secret for a token that is good, else undefined. */
  redeemToken(token: string): string | undefined
  /** Whether a Cookie header carries a session of ours. */
  hasSession(cookieHeader: string | undefined): boolean
  /** Value of a Set-Cookie header. Strict: another site cannot make the browser send it. */
  cookieOfSession(session: string): string
  /** False for a name that merely points at this machine (DNS rebinding). */
  isOurHost(hostHeader: string | undefined): boolean
  /** Whether a page of ours sent this: its Origin is the very host that was asked. */
  isOurOrigin(originHeader: string | undefined, hostHeader: string | undefined): boolean
}

/** Links that were printed but not opened, and browsers that may stay signed in; the oldest go first. */
const most = { tokens: 8, sessions: 32 } as const

/** `port` is part of the cookie's name, because browsers share cookies between the ports of one host. */
export function createAccess(boundHost: string, port: () => number): Access {
  const tokens: string[] = []
  const sessions: string[] = []
  const hosts = hostNames(boundHost)
  const secret = () => randomBytes(32).toString('base64url')
  const keep = (list: string[], value: string, limit: number) => {
    list.push(value)
    if (list.length > limit) list.shift()
    return value
  }
  return {
    issueToken: () => keep(tokens, secret(), most.tokens),
    redeemToken: (token) => {
      const place = placeOf(tokens, token)
      if (place < 0) return undefined
      tokens.splice(place, 1)
      return keep(sessions, secret(), most.sessions)
    },
    hasSession: (cookieHeader) => {
      const prefix = `${cookieName(port())}=`
      const values = (cookieHeader ?? '').split(';').map((part) => part.trim())
      return values.some((part) => part.startsWith(prefix) && placeOf(sessions, part.slice(prefix.length)) >= 0)
    },
    cookieOfSession: (session) => `${cookieName(port())}=${session}; Path=/; HttpOnly; SameSite=Strict`,
    // The port is not compared: behind a tunnel the browser knows another one, and rebinding is about names.
    isOurHost: (hostHeader) => hosts.has(nameOfHost(hostHeader)),
    isOurOrigin: (originHeader, hostHeader) =>
      hostHeader !== undefined && (originHeader === `http://${hostHeader}` || originHeader === `https://${hostHeader}`),
  }
}

function cookieName(port: number): string {
  return `scenewright_${port}`
}

/** Position of a secret among others. Looks at every one, each in constant time, so that timing tells nothing. */
function placeOf(list: readonly string[], given: string): number {
  const wanted = Buffer.from(given)
  let place = -1
  for (const [index, value] of list.entries()) {
    const known = Buffer.from(value)
    if (known.length === wanted.length && timingSafeEqual(known, wanted)) place = index
  }
  return place
}

/** The name in a Host header without its port, in lower case; brackets of an IPv6 address stay. */
function nameOfHost(header: string | undefined): string {
  return (header ?? '').toLowerCase().replace(/:\d+$/, '')
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\./.test(host)
}

function hostNames(boundHost: string): ReadonlySet<string> {
  const names = new Set(['localhost', '127.0.0.1', '[::1]'])
  const add = (host: string) => names.add(host.includes(':') ? `[${host}]` : host.toLowerCase())
  if (boundHost === '0.0.0.0' || boundHost === '::') {
    add(hostname())
    for (const addresses of Object.values(networkInterfaces())) for (const { address } of addresses ?? []) add(address)
  } else add(boundHost)
  return names
}
