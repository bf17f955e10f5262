//! The same ads, with their files in a bucket.

use admint_domain::{AttemptOutcome, Backend, GenerationStatus, PictureRole};
use admint_providers::Scripted;
use admint_store::AssetKind;
use sha2::{Digest, Sha256};

use crate::{
    s3::S3,
    support::{Desk, create, png},
};

#[tokio::test]
async fn an_ad_is_made_kept_and_deleted_in_a_bucket_that_stumbles() {
    let s3 = S3::start().await;
    let desk = Desk::in_bucket(Scripted::default(), &s3.config()).await;
    let id = desk.create(create("A cold brew for busy developers")).await;
    s3.fail_next(3);
    desk.work().await;
    let view = desk.pipeline.generation(desk.user, id).await.unwrap();
    assert_eq!(view.status, GenerationStatus::Completed, "{:?}", view.error);

    let video = desk.asset(id, AssetKind::Video).await.unwrap();
    let bytes = std::fs::read(s3.path(&video.key)).unwrap();
    assert_eq!(hex::encode(Sha256::digest(&bytes)), video.sha256);
    let copy = desk.assets().local(&video.key, &video.sha256).await.unwrap();
    let probe = admint_media::probe(desk.ffmpeg(), copy.path()).await.unwrap();
    assert_eq!(probe.frame_count, 216);
    let verified = admint_pipeline::verify(&desk.store, desk.assets(), |_, _| {}).await.unwrap();
    assert!(verified.is_good() && verified.named > 5, "{verified:?}");

    desk.pipeline.delete_generation(desk.user, id).await.unwrap();
    desk.purge().await;
    assert_eq!(desk.assets().list().await.unwrap(), []);
}

#[tokio::test]
async fn a_photo_that_the_bucket_keeps_back_is_waited_for_and_one_that_is_gone_is_not() {
    let s3 = S3::start().await;
    let desk = Desk::studio_in_bucket(&s3.config()).await;
    let photo = desk.pipeline.add_picture(desk.user, PictureRole::Photo, png()).await.unwrap();
    let mut request = create("A cold brew for busy developers");
    request.photo = Some(photo.id);
    let id = desk.create(request).await;

    s3.break_down(Some("/pictures/"));
    let workers = desk.start_workers();
    let queue = async || desk.pipeline.queue(desk.user).await.unwrap().items.remove(0);
    desk.until(id, |event| event.status == GenerationStatus::Queued && event.seq > 2).await;
    workers.stop().await;
    let waiting = queue().await;
    assert_eq!(waiting.status, GenerationStatus::Queued, "{waiting:?}");
    assert!(waiting.retry_at.is_some() && waiting.error.unwrap().contains("at the moment"));
    assert_eq!(waiting.attempts.last().unwrap().outcome, Some(AttemptOutcome::Again));

    s3.break_down(None);
    desk.assets().remove(&[format!("pictures/{}/{}.png", desk.user, photo.id)]).await.unwrap();
    desk.work().await;
    let failed = queue().await;
    assert_eq!(failed.status, GenerationStatus::Failed);
    assert!(failed.error.unwrap().contains("Choose it again"));
}
