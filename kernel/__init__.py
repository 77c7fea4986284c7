"""Event sourcing for every service: log, relay, inbox, projections, timers, sealed fields. No word of the business."""
