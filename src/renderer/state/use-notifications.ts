// Desktop notifications, for those who switched them on: one for each outcome, only while the page is out of sight.
import { useEffect, useRef } from 'react'
import { createOutcomes } from './outcomes.ts'
import { useRunList } from './queries.ts'
import { hashFromRoute } from './route.ts'
import { useSettings } from './services.tsx'

export function useNotifications(): void {
  const list = useRunList().data
  const isOn = useSettings((all) => all.notify)
  const outcomes = useRef(createOutcomes())
  useEffect(() => {
    if (!list) return
    const news = outcomes.current.take(list)
    if (!isOn || document.visibilityState === 'visible') return
    for (const { runId, title, text } of news) {
      // The tag lets two tabs of one person show one notification.
      const notification = new Notification(title, { body: text, tag: `${runId} ${title}` })
      notification.onclick = () => {
        window.focus()
        window.location.hash = hashFromRoute({ page: 'run', runId })
      }
    }
  }, [list, isOn])
}
