package io.elasticjupyter.gateway;

import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;

/** Builds the Service at which notebooks reach the gateway, and kernels respond to it. */
final class GatewayService {

    private GatewayService() {}

    static Service desired(JupyterGateway gateway) {
        return new ServiceBuilder()
                .withNewSpec()
                .withSelector(GatewayDeployment.labels(gateway))
                // A notebook's requests must reach the pod that knows its kernel.
                .withSessionAffinity("ClientIP")
                .addNewPort().withName("http").withProtocol("TCP").withPort(JupyterGateway.PORT)
                .withNewTargetPort(JupyterGateway.PORT).endPort()
                .addNewPort().withName("response").withProtocol("TCP").withPort(GatewayDeployment.RESPONSE_PORT)
                .withNewTargetPort(GatewayDeployment.RESPONSE_PORT).endPort()
                .endSpec()
                .build();
    }
}
