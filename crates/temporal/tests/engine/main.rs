//! The engine on Temporal passes the suite of all engines, against a real server and on both databases, and
//! stands what only it can meet.

mod rig;
mod trouble;

mod sqlite {
    admint_store::job_engine_suite!(super::rig::with_sqlite);
}

mod postgres {
    admint_store::job_engine_suite!(super::rig::with_postgres);
}
