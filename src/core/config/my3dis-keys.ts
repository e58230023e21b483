// The keys of a My3DIS YAML file: which setting of ours says the same, and why the others have no effect here.

/** Taken over under another name; `how` says what changes on the way. */
type Taken = { readonly to: string; readonly how?: 'atLeastOne' | 'atLeastZero' | 'nameText' }
/** Without effect. A note when the result is the same all the same, a warning when it is not; `harmless` values are not told at all. */
type Ineffective = {
  readonly why: string
  readonly severity: 'note' | 'warning'
  readonly harmless?: readonly unknown[]
  readonly see?: string
}
/** Needs the values of other keys, too: my3dis-config.ts. */
type Joined = 'joined'
export type My3disRule = Taken | Ineffective | Joined

const same = (why: string, ...harmless: readonly unknown[]): Ineffective => ({ why, severity: 'note', harmless })
const differs = (why: string, ...harmless: readonly unknown[]): Ineffective => ({ why, severity: 'warning', harmless })
const noCheckpoint = same('the built-in backends need no checkpoint; a network of your own is named by stages.ssam.model')
const fullSize = same('masks are kept at the size of the frame, as run lengths', false, 1)
const noTree = differs('a run writes no tree of objects; `scenewright inspect tree --write` writes one', false)
const alwaysThere = differs('every stage is a part of the run', true)
const gpuInStage = same('My3DIS reads no gpu inside of a stage either; stages.<stage>.device sets a device')
const stampedFolder = same('each run gets a folder of its own with its time in the name')
const ownTimes = same('times are in the journal of every run', false)

/** By path; a group is there when a path begins with it. Meanings and defaults: `stages` and `experiment` as of My3DIS in November 2025. */
export const my3disKeys: Readonly<Record<string, My3disRule>> = {
  'experiment.name': { to: 'name', how: 'nameText' },
  'experiment.data_path': { to: 'scene' },
  'experiment.dataset_root': { to: 'scenes.root' },
  'experiment.scenes': { to: 'scenes.names' },
  'experiment.scene_start': { to: 'scenes.from' },
  'experiment.scene_end': { to: 'scenes.to' },
  'experiment.output_root': { to: 'output' },
  'experiment.aggregate_output': { ...stampedFolder, harmless: [false] },
  'experiment.run_timestamp': stampedFolder,
  'experiment.output_layout': same('run folders have one layout (docs/formats/run.md)'),
  'experiment.levels': 'joined',
  'experiment.tag': same('runs are tagged afterwards, by `scenewright runs tag`'),
  'experiment.tag_in_path': same('runs are tagged afterwards, by `scenewright runs tag`'),
  'experiment.frames': 'joined',
  'experiment.freq': 'joined',
  'experiment.parallel_scenes': { to: 'parallel', how: 'atLeastOne' },
  'experiment.force_parallel': 'joined',
  'experiment.isolate_scenes': same('every run has a worker process of its own'),
  'experiment.run_dir': same('stages of earlier runs in the output folder are reused by themselves when they fit'),
  'experiment.sam_ckpt': noCheckpoint,
  'experiment.sam2_cfg': noCheckpoint,
  'experiment.sam2_ckpt': noCheckpoint,
  'stages.gpu': 'joined',
  'stages.ssam.enabled': alwaysThere,
  'stages.ssam.gpu': gpuInStage,
  'stages.ssam.levels': 'joined',
  'stages.ssam.frames': 'joined',
  'stages.ssam.freq': 'joined',
  'stages.ssam.ssam_freq': { to: 'stages.ssam.every', how: 'atLeastOne' },
  'stages.ssam.min_area': { to: 'stages.ssam.minArea' },
  'stages.ssam.fill_area': { to: 'stages.ssam.fillArea', how: 'atLeastOne' },
  'stages.ssam.stability_threshold': 'joined',
  'stages.ssam.cascade_filtering': { to: 'stages.filter.cascade' },
  'stages.ssam.add_gaps': { to: 'stages.ssam.addGaps' },
  'stages.ssam.max_masks_per_level': { to: 'stages.ssam.maxMasksPerLevel', how: 'atLeastZero' },
  'stages.ssam.persist_raw': same('candidates are always kept'),
  'stages.ssam.skip_filtering': same('candidates are filtered by the filter stage only'),
  'stages.ssam.downscale_masks': fullSize,
  'stages.ssam.downscale_ratio': fullSize,
  'stages.ssam.mask_scale_ratio': fullSize,
  'stages.ssam.append_timestamp': stampedFolder,
  'stages.ssam.experiment_tag': same('runs are tagged afterwards, by `scenewright runs tag`'),
  'stages.ssam.tag_in_path': same('runs are tagged afterwards, by `scenewright runs tag`'),
  'stages.ssam.sam2_max_propagate': 'joined',
  'stages.ssam.sam_ckpt': noCheckpoint,
  'stages.filter.enabled': alwaysThere,
  'stages.filter.gpu': gpuInStage,
  'stages.filter.levels': 'joined',
  'stages.filter.min_area': { to: 'stages.filter.minArea' },
  'stages.filter.stability_threshold': 'joined',
  'stages.filter.update_manifest': same('the record of the stage is always written'),
  'stages.filter.quiet': same('messages are in the journal of the run'),
  'stages.tracker.enabled': alwaysThere,
  'stages.tracker.gpu': gpuInStage,
  'stages.tracker.levels': 'joined',
  'stages.tracker.prompt_mode': differs('objects are prompted by their masks, never by boxes', 'all_mask', 'none'),
  'stages.tracker.max_propagate': 'joined',
  'stages.tracker.sam2_max_propagate': 'joined',
  'stages.tracker.iou_threshold': { to: 'stages.tracker.iouThreshold' },
  'stages.tracker.downscale_masks': fullSize,
  'stages.tracker.downscale_ratio': fullSize,
  'stages.tracker.mask_scale_ratio': fullSize,
  'stages.tracker.render_viz': same('pictures are in the report (stages.report.pictures), and every frame can be looked at'),
  'stages.tracker.comparison_sampling.stride': { to: 'stages.report.pictureStride', how: 'atLeastOne' },
  'stages.tracker.comparison_sampling.max_frames': {
    ...same('the report, whose pictures are fewer, has a limit of its own'),
    see: 'stages.report.pictures',
  },
  'stages.tracker.sam2_cfg': noCheckpoint,
  'stages.tracker.sam2_ckpt': noCheckpoint,
  'stages.tracker.build_sam2_tree': noTree,
  'stages.tracker.sam2_tree.containment_threshold': noTree,
  'stages.tracker.sam2_tree.temporal_overlap_threshold': noTree,
  'stages.tracker.visualize_sam2_tree': noTree,
  'stages.tracker.tree_viz.min_children': noTree,
  'stages.tracker.tree_viz.max_families': noTree,
  'stages.tracker.visualize_families': noTree,
  'stages.tracker.family_viz.num_families': noTree,
  'stages.tracker.family_viz.max_frames_per_family': noTree,
  'stages.tracker.family_viz.output_subdir': noTree,
  'stages.tracker.family_viz.random_seed': noTree,
  'stages.tracker.family_viz.min_levels': noTree,
  'stages.report.enabled': alwaysThere,
  'stages.report.gpu': gpuInStage,
  'stages.report.name': same('the report is always called report.md and report.html'),
  'stages.report.max_width': { to: 'stages.report.maxWidth' },
  'stages.report.record_timings': ownTimes,
  'stages.report.timing_output': ownTimes,
  'stages.report.generate_check_report': differs('no check.md is written; `scenewright inspect verify` checks a run', false),
}
