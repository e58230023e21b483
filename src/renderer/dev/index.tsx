// The pages on a fake engine in the same page, for working on their looks; not part of any build.
import { createRoot } from 'react-dom/client'
import { channelPair } from '#api/channel'
import { connectEngine } from '#api/client'
import { serveEngine } from '#api/server'
import { App } from '../app.tsx'
import { makeLink } from '../host/link.ts'
import { makeServices, ServicesProvider } from '../state/services.tsx'
import '../theme.css'
import { makeFakeEngine } from './fake-engine.ts'

const params = new URLSearchParams(location.search)
const engine = makeFakeEngine({ isEmpty: params.has('empty'), stepMs: Number(params.get('step') ?? 350) })
const cutFor = Number(params.get('cut') ?? 0)
const startedAt = Date.now()
let near = channelPair()[0]
const link = makeLink({
  open: async () => {
    const isCut = cutFor > 0 && Date.now() - startedAt > 3000 && Date.now() - startedAt < 3000 + cutFor
    if (isCut) throw new Error('cut on purpose')
    const [page, far] = channelPair()
    near = page
    serveEngine(far, engine)
    return connectEngine(page)
  },
  now: () => Date.now(),
  later: (act, delayMs) => {
    const timer = setTimeout(act, delayMs)
    return () => clearTimeout(timer)
  },
})
if (cutFor > 0) setTimeout(() => near.close(), 3000)
const services = makeServices({ link, native: undefined }, window)
createRoot(document.getElementById('root') ?? document.body).render(
  <ServicesProvider services={services}>
    <App />
  </ServicesProvider>,
)
