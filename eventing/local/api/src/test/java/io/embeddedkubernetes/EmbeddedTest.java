package io.embeddedkubernetes;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A test of what only the embedded API has, on a new server for each method. */
abstract class EmbeddedTest {

    EmbeddedApi api;
    ApiClient client;

    @BeforeEach
    void start() throws IOException {
        api = EmbeddedApi.start(0);
        client = new ApiClient(ApiServer.access(api), "default");
    }

    @AfterEach
    void stop() {
        client.close();
        api.close();
    }
}
