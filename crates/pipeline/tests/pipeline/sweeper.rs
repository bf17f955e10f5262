//! Files that no row names go, and nothing else does.

use std::time::{Duration, SystemTime};

use crate::support::{Desk, create};
use admint_pipeline::{Sweeper, Swept};
use admint_providers::Scripted;

#[tokio::test]
async fn an_orphan_goes_at_its_second_sight_and_what_a_row_names_stays() {
    let desk = Desk::open(Scripted::default()).await;
    desk.create(create("A cold brew for busy developers")).await;
    desk.work().await;
    let before = desk.files();
    let two_hours_ago = SystemTime::now() - Duration::from_hours(2);
    for file in &before {
        std::fs::File::options().append(true).open(file).unwrap().set_modified(two_hours_ago).unwrap();
    }
    for (key, modified) in
        [("generations/gone/3-clip-0.mp4", two_hours_ago), ("generations/gone/young.mp4", SystemTime::now())]
    {
        let path = desk.path(key);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        let file = std::fs::File::create(path).unwrap();
        file.set_modified(modified).unwrap();
    }

    let mut sweeper = Sweeper::default();
    assert_eq!(
        sweeper.pass(&desk.store, desk.assets()).await.unwrap(),
        Swept::default(),
        "once seen is not enough"
    );
    let gone = sweeper.pass(&desk.store, desk.assets()).await.unwrap();
    assert_eq!(gone.files, ["generations/gone/3-clip-0.mp4"]);
    assert!(desk.path("generations/gone/young.mp4").exists(), "it may get its row yet");
    assert!(before.iter().all(|file| std::path::Path::new(file).exists()));
    assert_eq!(sweeper.pass(&desk.store, desk.assets()).await.unwrap(), Swept::default());
}

#[tokio::test]
async fn scratch_goes_when_its_attempt_is_over_and_never_before() {
    let desk = Desk::open(Scripted::default()).await;
    let lease = Duration::from_secs(30);
    let [done, running] = [
        desk.create(create("A cold brew for busy developers")).await,
        desk.create(create("Tea for two")).await,
    ];
    let [over, held] = [(); 2].map(|()| desk.store.claim_job("test", lease));
    let (over, held) = (over.await.unwrap().unwrap(), held.await.unwrap().unwrap());
    assert_eq!((over.generation, held.generation), (done, running));
    let gone = admint_domain::GenerationId::from_uuid(uuid::Uuid::now_v7());
    // An attempt that went before the one that is under way, and one of a video that is deleted.
    let attempts = [(done, over.fence), (running, held.fence), (running, held.fence - 1), (gone, 1)];
    for (generation, fence) in attempts {
        let folder = desk.assets().scratch(generation, fence).await.unwrap();
        std::fs::write(folder.join("clip-0.mp4"), "half a clip").unwrap();
    }
    let mut sweeper = Sweeper::default();
    let mut pass = async || {
        let Swept { files, mut scratch } = sweeper.pass(&desk.store, desk.assets()).await.unwrap();
        assert_eq!(files, [""; 0]);
        scratch.sort();
        scratch
    };
    assert_eq!(pass().await, [], "once seen is not enough");
    desk.store.fail(&over, "It is over.", false).await.unwrap();
    let mut idle = vec![(running, held.fence - 1), (gone, 1)];
    idle.sort();
    assert_eq!(pass().await, idle);
    assert_eq!(pass().await, [(done, over.fence)]);
    assert_eq!(pass().await, []);
    let folder = desk.assets().scratch(running, held.fence).await.unwrap();
    assert!(folder.join("clip-0.mp4").exists(), "it is in use");
    assert_eq!(desk.assets().scratch_folders().await.unwrap(), [(running, held.fence)]);
}
