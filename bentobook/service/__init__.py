"""A service: functions with a route and two IO descriptors each, called in the kernel or over HTTP."""
