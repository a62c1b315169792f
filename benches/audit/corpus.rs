//! A corpus to measure with: many small manifests and Compose projects, no two of them alike.

use std::fs;
use std::io;
use std::path::Path;

/// Writes `manifests` files with Kubernetes objects, fifty to a folder.
///
/// # Errors
/// Those of the file system.
pub fn write_manifests(root: &Path, manifests: usize) -> io::Result<()> {
    for number in 0..manifests {
        let folder = root.join(format!("area-{:03}", number / 50));
        fs::create_dir_all(&folder)?;
        fs::write(folder.join(format!("app-{number:05}.yaml")), manifest(number))?;
    }
    Ok(())
}

/// Writes `projects` folders with a Compose file and its `.env` each.
///
/// # Errors
/// Those of the file system.
pub fn write_projects(root: &Path, projects: usize) -> io::Result<()> {
    for number in 0..projects {
        let folder = root.join(format!("project-{number:04}"));
        fs::create_dir_all(&folder)?;
        fs::write(folder.join("compose.yaml"), project(number))?;
        fs::write(folder.join(".env"), format!("TAG=1.{number}.0\nDB_PASSWORD=k3J9xQ2pLw8v{number:05}Rt\n"))?;
    }
    Ok(())
}

/// A Deployment, a Service, a StatefulSet or a ConfigMap, by turns.
fn manifest(number: usize) -> String {
    let name = format!("app-{number:05}");
    match number % 4 {
        0 => format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {name}\n  labels: {{app: {name}}}\nspec:\n  replicas: {}\n  \
             selector:\n    matchLabels: {{app: {name}}}\n  template:\n    metadata:\n      labels: {{app: {name}}}\n    spec:\n      \
             securityContext:\n        runAsNonRoot: true\n      containers:\n        - name: web\n          image: \
             registry.example.com/acme/{name}:1.{}.0\n          ports:\n            - containerPort: 8080\n          env:\n            \
             - name: LOG_LEVEL\n              value: info\n            - name: DB_PASSWORD\n              valueFrom:\n                \
             secretKeyRef: {{name: db, key: password}}\n          resources:\n            limits: {{memory: 256Mi, cpu: 500m}}\n          \
             readinessProbe:\n            httpGet: {{path: /ready, port: 8080}}\n",
            number % 3 + 1,
            number % 17
        ),
        1 => format!(
            "apiVersion: v1\nkind: Service\nmetadata:\n  name: {name}\nspec:\n  type: {}\n  selector: {{app: app-{:05}}}\n  ports:\n    \
             - port: 80\n      targetPort: 8080\n",
            if number.is_multiple_of(5) { "LoadBalancer" } else { "ClusterIP" },
            number - 1
        ),
        2 => format!(
            "apiVersion: apps/v1\nkind: StatefulSet\nmetadata:\n  name: {name}\nspec:\n  selector:\n    matchLabels: {{app: {name}}}\n  \
             serviceName: {name}\n  template:\n    metadata:\n      labels: {{app: {name}}}\n    spec:\n      containers:\n        - name: db\n          \
             image: postgres:16.{}\n          envFrom:\n            - configMapRef: {{name: app-{:05}}}\n          volumeMounts:\n            \
             - name: data\n              mountPath: /var/lib/postgresql/data\n  volumeClaimTemplates:\n    - metadata: {{name: data}}\n      \
             spec:\n        accessModes: [ReadWriteOnce]\n        resources: {{requests: {{storage: 8Gi}}}}\n",
            number % 9,
            number + 1
        ),
        _ => format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\ndata:\n  LOG_LEVEL: debug\n  POSTGRES_DB: shop\n  \
             POSTGRES_USER: shop\n  app.properties: |\n    server.port=8080\n    cache.size={number}\n"
        ),
    }
}

/// A web service, its database and its cache.
fn project(number: usize) -> String {
    format!(
        "services:\n  web:\n    image: registry.example.com/acme/web-{number}:${{TAG:-latest}}\n    environment:\n      LOG_LEVEL: ${{LEVEL:-info}}\n      \
         DATABASE_URL: postgres://shop:${{DB_PASSWORD}}@db/shop\n    ports: [\"{}:8080\"]\n    depends_on:\n      db: {{condition: service_healthy}}\n    \
         restart: unless-stopped\n  db:\n    image: postgres:16.4\n    environment:\n      POSTGRES_PASSWORD: ${{DB_PASSWORD}}\n    volumes:\n      \
         - data:/var/lib/postgresql/data\n    healthcheck:\n      test: [CMD, pg_isready]\n  cache:\n    image: redis:7.4.1\n    command: [redis-server, \
         --save, \"\"]\n    deploy:\n      resources:\n        limits: {{memory: 128M, cpus: \"0.25\"}}\nvolumes:\n  data: {{}}\n",
        8000 + number % 1000
    )
}
