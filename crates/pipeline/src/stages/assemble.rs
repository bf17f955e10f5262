//! From a plan and its clips to the timeline. Pure: no file is opened.

use admint_domain::{AdSpec, AssetId, Brief, Frames, OverlayCopy, OverlayId, PlannedScene, ScenePlan};
use admint_timeline::{Clip, Music, Overlay, Timeline, Transition, VoiceOver};
use uuid::Uuid;

use super::clips::SceneClip;

/// Music leaves with the picture; the composer has already ended its phrase by then.
const MUSIC_FADE_OUT: Frames = Frames(6);

/// Lays the clips end to end with the direction's transitions, places each scene's words within it, and
/// puts music and voice under the whole.
pub(crate) fn assemble(
    brief: &Brief,
    spec: &AdSpec,
    plan: &ScenePlan,
    clips: &[SceneClip],
    soundtrack: AssetId,
    voice: Option<VoiceOver>,
) -> Timeline {
    let crossfade = plan.crossfade();
    let starts = plan.starts();
    let last = plan.scenes().len() - 1;
    let rows = plan.scenes().iter().zip(clips).enumerate();
    let timeline_clips = rows.map(|(index, (scene, clip))| Clip {
        asset: clip.asset,
        scene: clip.scene,
        source_in: Frames::ZERO,
        length: scene.length,
        transition: (index > 0 && crossfade > Frames::ZERO).then(|| Transition {
            length: crossfade,
            style: admint_studio::transition_style(spec, brief.seed, index),
        }),
    });
    let overlays = plan.scenes().iter().zip(&starts).enumerate().flat_map(|(index, (scene, &start))| {
        // The words wait for the transition, so that two scenes' words never mix.
        let first = start + admint_studio::words_after(spec, brief.seed, index, scene);
        // The last scene's words stay to the end: the call to action is what is left on screen.
        let end = if index == last { start + scene.length } else { start + scene.length - crossfade };
        scene_overlays(spec, scene, first, end)
    });
    Timeline {
        aspect: brief.aspect,
        captioned: brief.options.captions,
        clips: timeline_clips.collect(),
        overlays: overlays.collect(),
        music: Some(Music {
            asset: soundtrack,
            gain_centibels: 0,
            fade_in: Frames::ZERO,
            fade_out: MUSIC_FADE_OUT,
        }),
        voice,
        grade: admint_studio::grade(spec),
    }
}

pub(crate) fn scene_overlays<'a>(
    spec: &'a AdSpec,
    scene: &'a PlannedScene,
    first: Frames,
    end: Frames,
) -> impl Iterator<Item = Overlay> + 'a {
    let words = scene.overlays.iter().filter(|copy| !copy.text.trim().is_empty());
    words.enumerate().map(move |(order, OverlayCopy { role, text })| {
        let start = first + Frames(admint_studio::STAGGER.0 * order as u32);
        Overlay {
            id: OverlayId::from_uuid(Uuid::now_v7()),
            role: *role,
            text: text.clone(),
            start,
            length: end - start,
            placement: scene.placement,
            style: admint_studio::overlay_style(spec, *role, scene),
        }
    })
}
