package io.elasticjupyter.gateway;

import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;

/** Builds the Service of the gateway, with a port for notebooks and a port for the responses of kernels. */
final class GatewayService {

    private GatewayService() {}

    static Service desired(JupyterGateway gateway) {
        return new ServiceBuilder()
                .withNewSpec()
                .withSelector(GatewayDeployment.labels(gateway))
                // A notebook's requests must reach the pod that has started its kernel.
                .withSessionAffinity("ClientIP")
                .addNewPort().withName("http").withProtocol("TCP").withPort(JupyterGateway.PORT)
                .withNewTargetPort(JupyterGateway.PORT).endPort()
                .addNewPort().withName("response").withProtocol("TCP").withPort(GatewayDeployment.RESPONSE_PORT)
                .withNewTargetPort(GatewayDeployment.RESPONSE_PORT).endPort()
                .endSpec()
                .build();
    }
}
