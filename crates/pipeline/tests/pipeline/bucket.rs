//! The same ads, with their files in a bucket.

use admint_domain::{Backend, GenerationStatus};
use admint_providers::Scripted;
use admint_store::AssetKind;
use sha2::{Digest, Sha256};

use crate::{
    s3::S3,
    support::{Desk, create},
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
    assert_eq!(desk.assets().list().await.unwrap(), []);
}
