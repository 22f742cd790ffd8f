//! Which route lies where, and behind which door.

use axum::extract::DefaultBodyLimit;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{
    bookings, client, delivery, experiments, leads, messages, observability, partners, personalization as pages,
    variants as shown, visitor, webhooks,
};

use crate::app::Shared;

type Routes = OpenApiRouter<Shared>;

/// The contact form.
pub(crate) fn contact_form() -> Routes {
    Routes::default().routes(routes!(leads::send_contact_form))
}

/// The call-back form.
pub(crate) fn call_back_form() -> Routes {
    Routes::default().routes(routes!(leads::send_call_back_form))
}

/// What asks for an evening, or about one.
pub(crate) fn booking_forms() -> Routes {
    Routes::default()
        .routes(routes!(bookings::make_booking))
        .routes(routes!(bookings::make_booking_by_its_other_name))
        .routes(routes!(bookings::check_availability))
}

/// What a client changes with the link that was mailed.
pub(crate) fn client_forms() -> Routes {
    let limit = DefaultBodyLimit::max(bookings::MAX_UPLOAD_BYTES);
    let files = Routes::default().routes(routes!(client::add_my_file)).layer(limit);
    Routes::default().routes(routes!(client::change_my_booking)).merge(files)
}

/// What a client sees with that link.
pub(crate) fn client_pages() -> Routes {
    Routes::default()
        .routes(routes!(client::show_my_booking))
        .routes(routes!(client::save_my_booking))
        .routes(routes!(client::open_my_file))
}

/// What keeps a visitor's choices, and the pages of the booking form.
pub(crate) fn visitor_forms() -> Routes {
    Routes::default().routes(routes!(visitor::keep_session)).routes(routes!(visitor::validate_booking_step))
}

/// What a visitor is shown, asked on every page view.
pub(crate) fn personalization() -> Routes {
    Routes::default()
        .routes(routes!(pages::personalize, pages::personalize_by_form))
        .routes(routes!(pages::personalize_by_its_other_name, pages::personalize_by_form_by_its_other_name))
}

/// What a site's own SDK reads.
pub(crate) fn variants() -> Routes {
    Routes::default().routes(routes!(shown::list_features)).routes(routes!(shown::list_features_for_key))
}

/// Who sees which variant, who saw one, and what they did there: with every page view.
pub(crate) fn views() -> Routes {
    Routes::default()
        .routes(routes!(shown::assign))
        .routes(routes!(shown::expose))
        .routes(routes!(pages::tell_page_event))
}

/// What everybody may see, and what brings a key of its own.
pub(crate) fn public() -> Routes {
    Routes::default()
        .routes(routes!(messages::take_postmark_event))
        .routes(routes!(webhooks::hear_event))
        .routes(routes!(bookings::list_packages))
        .routes(routes!(visitor::show_session, visitor::forget_session))
        .routes(routes!(bookings::subscribe_to_calendar))
        .routes(routes!(observability::show_health))
        .routes(routes!(observability::show_life))
        .routes(routes!(observability::show_readiness))
}

/// The front page and the documents; the router hands them what was written.
pub(crate) fn docs() -> Routes {
    Routes::default()
        .routes(routes!(super::docs::show_index))
        .routes(routes!(super::docs::show_docs))
        .routes(routes!(super::docs::show_openapi))
}

/// Files that operators add, behind the same gate.
pub(crate) fn uploads() -> Routes {
    let limit = DefaultBodyLimit::max(bookings::MAX_UPLOAD_BYTES);
    Routes::default().routes(routes!(bookings::add_file)).layer(limit)
}

/// What operators see; the router puts its gate before each of these.
pub(crate) fn operator() -> Routes {
    Routes::default()
        .routes(routes!(leads::list_leads))
        .routes(routes!(leads::show_lead))
        .routes(routes!(leads::release_lead))
        .routes(routes!(bookings::list_bookings))
        .routes(routes!(bookings::show_booking, bookings::change_booking, bookings::cancel_booking))
        .routes(routes!(bookings::take_step))
        .routes(routes!(bookings::open_file, bookings::remove_file))
        .routes(routes!(bookings::list_resources))
        .routes(routes!(bookings::keep_resource))
        .routes(routes!(bookings::list_blocked_days, bookings::block_day))
        .routes(routes!(bookings::unblock_day))
        .routes(routes!(delivery::list_queues))
        .routes(routes!(delivery::show_queue))
        .routes(routes!(delivery::pause_queue))
        .routes(routes!(delivery::resume_queue))
        .routes(routes!(delivery::list_jobs))
        .routes(routes!(delivery::show_job, delivery::remove_job))
        .routes(routes!(delivery::retry_job))
        .routes(routes!(delivery::accept_job))
        .routes(routes!(delivery::list_dead_letters))
        .routes(routes!(delivery::replay_dead_letter))
        .routes(routes!(delivery::remove_dead_letter))
        .routes(routes!(partners::show_rentguy))
        .routes(routes!(partners::flush_rentguy))
        .routes(routes!(webhooks::list_events))
        .routes(routes!(webhooks::show_event))
        .routes(routes!(pages::show_funnel))
        .routes(routes!(experiments::list_experiments, experiments::create_experiment))
        .routes(routes!(experiments::list_sample_experiments))
        .routes(routes!(experiments::show_experiment, experiments::change_experiment))
        .routes(routes!(experiments::take_step_of_experiment))
        .routes(routes!(experiments::show_figures))
        .routes(routes!(experiments::show_experiments_page))
        .routes(routes!(experiments::show_experiment_page))
        .routes(routes!(observability::show_metrics))
        .routes(routes!(observability::show_queue_metrics))
}
