//! Files that no row names go, and nothing else does.

use std::time::{Duration, SystemTime};

use crate::support::{Desk, create};
use admint_pipeline::Sweeper;
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
    let none: [&str; 0] = [];
    assert_eq!(sweeper.pass(&desk.store, desk.assets()).await.unwrap(), none, "once seen is not enough");
    let gone = sweeper.pass(&desk.store, desk.assets()).await.unwrap();
    assert_eq!(gone, ["generations/gone/3-clip-0.mp4"]);
    assert!(desk.path("generations/gone/young.mp4").exists(), "it may get its row yet");
    assert!(before.iter().all(|file| std::path::Path::new(file).exists()));
    assert_eq!(sweeper.pass(&desk.store, desk.assets()).await.unwrap(), none);
}
