// The buttons that step and play, in the docks of time.
import { Pause, Play, SkipBack, SkipForward } from 'lucide-react'
import { useView } from '../../state/services.tsx'
import { useAct } from '../../state/use-acts.ts'
import { Button } from '../../ui/button.tsx'

export function PlaySteps() {
  const isPlaying = useView((state) => state.isPlaying)
  const [play, previous, next] = [useAct('play'), useAct('previous'), useAct('next')]
  return (
    <>
      <Button kind="bare" size="icon" aria-label="Previous frame" title="Previous frame (←)" onClick={previous}>
        <SkipBack size={13} aria-hidden />
      </Button>
      <Button kind="bare" size="icon" aria-label={isPlaying ? 'Pause' : 'Play'} title="Play or pause (space)" onClick={play}>
        {isPlaying ? <Pause size={14} aria-hidden /> : <Play size={14} aria-hidden />}
      </Button>
      <Button kind="bare" size="icon" aria-label="Next frame" title="Next frame (→)" onClick={next}>
        <SkipForward size={13} aria-hidden />
      </Button>
    </>
  )
}
