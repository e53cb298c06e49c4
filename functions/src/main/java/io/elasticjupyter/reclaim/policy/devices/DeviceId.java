package io.elasticjupyter.reclaim.policy.devices;

/** The names of a device's driver, of its pool, and of the device in the pool. */
public record DeviceId(String driver, String pool, String name) {}
