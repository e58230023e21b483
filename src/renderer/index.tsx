// The page's entry: connects to the engine, then draws the app.
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { connectHost } from './host/connect.ts'
import { makeServices, ServicesProvider } from './state/services.tsx'
import './theme.css'

const services = makeServices(connectHost(window), window)
const root = document.getElementById('root')
if (!root) throw new Error('index.html has no root')
createRoot(root).render(
  <ServicesProvider services={services}>
    <App />
  </ServicesProvider>,
)
