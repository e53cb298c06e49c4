package io.elasticjupyter.cull;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.elasticjupyter.cull.GatewayClient.GatewayException;
import io.elasticjupyter.cull.policy.KernelActivity;
import io.elasticjupyter.cull.policy.KernelActivity.State;
import java.io.IOException;
import java.io.InputStream;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads kernels from the JSON of a gateway. It reads a stream and keeps only the requested kernels, so that its memory is bounded. */
final class KernelReader {

    /** The greatest number of kernels of a gateway. */
    private static final int MAX_KERNELS = 10_000;

    private static final int MAX_STRING = 65_536;
    private static final int MAX_NAME = 1_024;
    private static final int MAX_DEPTH = 64;

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9-]{1,63}");

    /** The range in which a time can be calculated with, and shown. */
    private static final Instant EARLIEST = Instant.EPOCH;
    private static final Instant LATEST = Instant.parse("9999-01-01T00:00:00Z");

    private static final JsonFactory JSON = JsonFactory.builder()
            // The names of fields are the gateway's, and a table of them would outlive the response.
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH)
                    .maxStringLength(MAX_STRING).maxNameLength(MAX_NAME).build())
            .build();

    private KernelReader() {}

    /**
     * Reads a list of kernels.
     *
     * @param clockSkew how far the gateway's clock is ahead
     * @param ids the kernels to return
     * @throws GatewayException when it is not a list of kernels, or longer than 10,000
     * @throws IOException when it cannot be read or is not JSON
     */
    static Map<String, KernelActivity> list(InputStream body, Duration clockSkew, Set<String> ids) throws IOException {
        Map<String, KernelActivity> kernels = new HashMap<>();
        try (JsonParser json = JSON.createParser(body)) {
            if (json.nextToken() != JsonToken.START_ARRAY) {
                throw new GatewayException("answered with JSON that is not a list of kernels");
            }
            int count = 0;
            while (json.nextToken() != JsonToken.END_ARRAY) {
                KernelActivity kernel = kernel(json, clockSkew);
                if (++count > MAX_KERNELS) {
                    throw new GatewayException("answered with more than " + MAX_KERNELS + " kernels");
                }
                if (ids.contains(kernel.kernelId())) {
                    kernels.put(kernel.kernelId(), kernel);
                }
            }
        }
        return kernels;
    }

    /**
     * Reads one kernel.
     *
     * @param clockSkew how far the gateway's clock is ahead
     * @throws GatewayException when it is not a kernel
     * @throws IOException when it cannot be read or is not JSON
     */
    static KernelActivity one(InputStream body, Duration clockSkew) throws IOException {
        try (JsonParser json = JSON.createParser(body)) {
            json.nextToken();
            return kernel(json, clockSkew);
        }
    }

    private static KernelActivity kernel(JsonParser json, Duration clockSkew) throws IOException {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            throw new GatewayException("answered with something that is not a kernel");
        }
        String id = "";
        String lastActivity = "";
        String state = "";
        int connections = 0;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String field = json.currentName();
            json.nextToken();
            switch (field) {
                case "id" -> id = text(json);
                case "last_activity" -> lastActivity = text(json);
                case "execution_state" -> state = text(json);
                case "connections" -> connections = json.getValueAsInt();
                default -> {
                }
            }
            json.skipChildren();
        }
        if (!ID.matcher(id).matches()) {
            throw new GatewayException("answered with a kernel that has no valid id");
        }
        return new KernelActivity(id, state(state), time(lastActivity), connections).correctedBy(clockSkew);
    }

    private static String text(JsonParser json) throws IOException {
        return json.currentToken() == JsonToken.VALUE_STRING ? json.getText() : "";
    }

    private static Instant time(String text) {
        try {
            Instant time = OffsetDateTime.parse(text).toInstant();
            if (time.isAfter(EARLIEST) && time.isBefore(LATEST)) {
                return time;
            }
        } catch (DateTimeException e) {
            // Reported below.
        }
        throw new GatewayException("answered with a kernel whose last_activity is not a time");
    }

    /** Maps an unknown state to busy, so that the kernel is kept. */
    private static State state(String executionState) {
        return switch (executionState) {
            case "idle", "dead" -> State.IDLE;
            case "starting", "restarting", "autorestarting" -> State.STARTING;
            default -> State.BUSY;
        };
    }
}
