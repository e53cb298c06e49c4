package io.elasticjupyter.cull;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticjupyter.workload.RandomToken;
import io.embeddedkubernetes.Request;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The cull of a gateway that requires a token. */
class GatewayTokensTest extends CullingOnAnApi {

    private static final String SECRET = "/api/v1/namespaces/default/secrets/g-token";

    private final String token = RandomToken.generate();

    @Test
    void theTokenIsSentInEachRequestAndReadOnce() {
        token("g", token, uid("g"));
        List.of("1", "2").forEach(id -> {
            kernel(id);
            listed("g", id, "idle", AN_HOUR);
        });
        api.clearRequests();

        assertThat(cull("g").culled()).hasSize(2);
        assertThat(deleted()).containsExactlyInAnyOrder("1", "2");
        assertThat(api.requests()).extracting(Request::path).filteredOn(SECRET::equals).hasSize(1);
    }

    /** Somebody else's Secret may have the name, and the gateway may be hostile. */
    @Test
    void aSecretOfAnotherOwnerIsNotSent() {
        token("g", token, "another");
        kernel("1");
        listed("g", "1", "idle", AN_HOUR);

        assertThat(cull("g").problem()).isEqualTo("the gateway answered 401");
    }

    @Test
    void anInvalidTokenKeepsTheKernelsOfThatGatewayOnly() {
        token("g", "line\nfeed in the middle", uid("g"));
        kernel("1");
        listed("g", "1", "idle", AN_HOUR);
        gateway("h", 600);

        assertThat(cull("g").problem()).isEqualTo("the gateway cannot be asked: its Secret 'g-token' contains no valid"
                + " token. Delete the Secret");
        assertThat(cull("h").problem()).isNull();
    }

    @Test
    void aSecretThatMayNotBeReadIsReported() {
        api.failNext(request -> request.path().equals(SECRET), 403);
        kernel("1");

        assertThat(cull("g").problem()).isEqualTo("the gateway cannot be asked: the cull function may not read the"
                + " Secret 'g-token'. Reconcile the gateway, which grants that right");
        assertThat(deleted()).isEmpty();
    }
}
