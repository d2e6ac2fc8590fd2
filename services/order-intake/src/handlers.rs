//! The messages of order-intake, one file each.

pub mod cancel_by_operator;
pub mod cancel_order;
pub mod change_order;
pub mod decline_units;
pub mod expire_order;
pub mod free_units;
pub mod receive_order;
pub mod record_company;
pub mod record_customer;
pub mod record_dispatch;
pub mod record_invoice;
pub mod record_item;
pub mod record_owing;
pub mod record_price_list;
pub mod reduce_invoice;
pub mod refuse_unreadable;
pub mod release_order;
pub mod release_waiting;
pub mod take_up_change;
pub mod translate_camt;
pub mod translate_ubl;
pub mod translate_x12;
pub mod upsert_partner;
