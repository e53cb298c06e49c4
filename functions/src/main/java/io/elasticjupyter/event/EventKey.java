package io.elasticjupyter.event;

import io.cloudevents.CloudEvent;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Supplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The key of this installation. The sources of the installation add it to their events as the attribute {@value #ATTRIBUTE}, so the
 * functions accept no others: neither a Knative Service nor a Broker keeps the pods of the cluster from sending events
 * (docs/adr/0004-authenticated-events.md).
 *
 * <p>For each resource there is a derived key, with which only events that affect nothing else can be sent. Senders that other users
 * can read have a derived key.
 */
public final class EventKey {

    /** The extension attribute that contains the key. */
    public static final String ATTRIBUTE = "eventkey";

    private static final int MIN_LENGTH = 32;

    private static final String ALGORITHM = "HmacSHA256";

    /** Empty if events need no key. */
    private final Optional<byte[]> key;

    private EventKey(Optional<byte[]> key) {
        this.key = key;
    }

    /** Returns the absence of a key: every event is accepted. */
    public static EventKey none() {
        return new EventKey(Optional.empty());
    }

    /**
     * Returns a key.
     *
     * @throws IllegalArgumentException if it is too short to be one
     */
    public static EventKey of(String key) {
        if (key.length() < MIN_LENGTH) {
            throw new IllegalArgumentException("elastic-jupyter.event-key has " + key.length()
                    + " characters. Set it to at least " + MIN_LENGTH + " random ones, or do not set it.");
        }
        return new EventKey(Optional.of(key.getBytes(StandardCharsets.UTF_8)));
    }

    /** Returns whether events need a key. */
    public boolean isRequired() {
        return key.isPresent();
    }

    /** Returns the derived key of a resource; empty if events need no key. */
    public Optional<String> derivedFor(ResourceId resource) {
        return key.map(bytes -> HexFormat.of().formatHex(code(bytes, resource)));
    }

    /**
     * Checks the key of an event.
     *
     * @param affected returns the only resource that the event affects, if it is limited to one. It is called if the event does not
     *     have the key of the installation
     * @throws UnauthenticatedException if the event has neither the key of the installation nor that of the affected resource
     */
    public void require(CloudEvent event, Supplier<Optional<ResourceId>> affected) {
        if (key.isEmpty()) {
            return;
        }
        if (!(event.getExtension(ATTRIBUTE) instanceof String sent)) {
            throw UnauthenticatedException.missing();
        }
        if (!equal(sent, key.get()) && affected.get().flatMap(this::derivedFor)
                .filter(derived -> equal(sent, derived.getBytes(StandardCharsets.UTF_8))).isEmpty()) {
            throw UnauthenticatedException.wrong();
        }
    }

    /** Compares in a time that does not depend on the number of equal characters. */
    private static boolean equal(String sent, byte[] expected) {
        return MessageDigest.isEqual(sent.getBytes(StandardCharsets.UTF_8), expected);
    }

    private static byte[] code(byte[] key, ResourceId resource) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
            return mac.doFinal(resource.toString().getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(ALGORITHM + " is part of every JDK", e);
        }
    }
}
