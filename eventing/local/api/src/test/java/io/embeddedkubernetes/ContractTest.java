package io.embeddedkubernetes;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.Parameter;

/** A test of what every Kubernetes API server does. Each method has a namespace of its own. */
@OnEachApi
abstract class ContractTest {

    @Parameter
    ApiServer server;

    ApiServer.Session session;
    ApiClient client;

    @BeforeEach
    void open() {
        session = server.open();
        client = new ApiClient(session.access(), ApiServer.newNamespace());
        client.createNamespace();
    }

    @AfterEach
    void close() {
        client.close();
        session.close();
    }
}
