//! Charts to render: written out of a few patterns that charts are made of.

use std::fmt::Write as _;
use std::path::Path;

/// Named templates as charts share them: names, labels, selectors, images.
const HELPERS: &str = r#"{{- define "NAME.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" }}
{{- else }}
{{- $name := default .Chart.Name .Values.nameOverride }}
{{- if contains $name .Release.Name }}
{{- .Release.Name | trunc 63 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" }}
{{- end }}
{{- end }}
{{- end }}

{{- define "NAME.selectorLabels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "NAME.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{ include "NAME.selectorLabels" . }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "NAME.tplvalue" -}}
{{- $value := typeIs "string" .value | ternary .value (.value | toYaml) }}
{{- if contains "{{" (toJson .value) }}{{ tpl $value .context }}{{ else }}{{ $value }}{{ end }}
{{- end }}
"#;

/// A workload with most of what workloads have.
const WORKLOAD: &str = r#"{{- if .Values.COMPONENT.enabled }}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "NAME.fullname" . }}-COMPONENT
  namespace: {{ .Release.Namespace | quote }}
  labels:
    {{- include "NAME.labels" . | nindent 4 }}
spec:
  replicas: {{ .Values.COMPONENT.replicas }}
  selector:
    matchLabels:
      {{- include "NAME.selectorLabels" . | nindent 6 }}
  template:
    metadata:
      annotations:
        checksum/config: {{ include (print $.Template.BasePath "/config.yaml") . | sha256sum }}
        {{- with .Values.COMPONENT.podAnnotations }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      labels:
        {{- include "NAME.selectorLabels" . | nindent 8 }}
    spec:
      {{- with .Values.COMPONENT.affinity }}
      affinity: {{- include "NAME.tplvalue" (dict "value" . "context" $) | nindent 8 }}
      {{- end }}
      containers:
        - name: COMPONENT
          image: "{{ .Values.image.registry }}/{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"
          imagePullPolicy: {{ .Values.image.pullPolicy | quote }}
          env:
            {{- range $name, $value := .Values.COMPONENT.env }}
            - name: {{ $name | upper | replace "-" "_" }}
              value: {{ tpl $value $ | quote }}
            {{- end }}
          ports:
            {{- range .Values.COMPONENT.ports }}
            - name: {{ .name }}
              containerPort: {{ int .port }}
            {{- end }}
          {{- if .Values.COMPONENT.probe.enabled }}
          livenessProbe: {{- omit .Values.COMPONENT.probe "enabled" | toYaml | nindent 12 }}
          {{- end }}
          resources: {{- toYaml .Values.COMPONENT.resources | nindent 12 }}
          volumeMounts:
            - name: config
              mountPath: /etc/COMPONENT
      volumes:
        - name: config
          configMap:
            name: {{ include "NAME.fullname" . }}-config
---
apiVersion: v1
kind: Service
metadata:
  name: {{ include "NAME.fullname" . }}-COMPONENT
  labels: {{- include "NAME.labels" . | nindent 4 }}
spec:
  type: {{ .Values.COMPONENT.service.type }}
  ports:
    {{- range .Values.COMPONENT.ports }}
    - {name: {{ .name }}, port: {{ .port }}, targetPort: {{ .name }}}
    {{- end }}
  selector: {{- include "NAME.selectorLabels" . | nindent 4 }}
{{- end }}
"#;

const CONFIG: &str = r#"apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ include "NAME.fullname" . }}-config
  labels: {{- include "NAME.labels" . | nindent 4 }}
data:
  settings.yaml: |
    {{- mergeOverwrite (dict "mode" "server") .Values.settings | toYaml | nindent 4 }}
{{ (.Files.Glob "dashboards/*.json").AsConfig | indent 2 }}
"#;

const SECTION: &str = r#"COMPONENT:
  enabled: true
  replicas: 2
  podAnnotations:
    prometheus.io/scrape: "true"
  affinity:
    podAntiAffinity:
      preferredDuringSchedulingIgnoredDuringExecution:
        - weight: 1
          podAffinityTerm:
            topologyKey: kubernetes.io/hostname
            labelSelector:
              matchLabels:
                app.kubernetes.io/instance: "{{ .Release.Name }}"
  env:
    log-level: info
    public-url: "https://{{ .Release.Name }}.example.com"
    workers: "4"
  ports:
    - {name: http, port: 8080}
    - {name: metrics, port: 9090}
  probe:
    enabled: true
    httpGet: {path: /healthz, port: http}
    periodSeconds: 10
  service:
    type: ClusterIP
  resources:
    limits: {cpu: 500m, memory: 256Mi}
    requests: {cpu: 100m, memory: 128Mi}
"#;

const VALUES: &str = r#"nameOverride: ""
fullnameOverride: ""
commonLabels:
  team: shop
image:
  registry: registry.example.com
  repository: shop/app
  tag: ""
  pullPolicy: IfNotPresent
settings:
  server: {host: 0.0.0.0, port: 8080}
  cache: {enabled: true, ttl: 3600}
"#;

fn write(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().expect("files stand in folders")).expect("the folder can be made");
    std::fs::write(path, text).expect("the folder can be written to");
}

/// Writes a chart with some workloads, and some dashboards of 400 panels.
pub fn chart(folder: &Path, name: &str, components: usize, dashboards: usize) {
    let of = |text: &str, component: &str| text.replace("NAME", name).replace("COMPONENT", component);
    write(&folder.join("Chart.yaml"), &of("apiVersion: v2\nname: NAME\nversion: 1.2.3\nappVersion: \"4.5\"\n", ""));
    write(&folder.join("templates/_helpers.tpl"), &of(HELPERS, ""));
    write(&folder.join("templates/config.yaml"), &of(CONFIG, ""));
    write(&folder.join("templates/NOTES.txt"), "Installed as {{ .Release.Name }}.\n");
    let mut values = VALUES.to_owned();
    for index in 0..components {
        let component = format!("worker{index}");
        write(&folder.join(format!("templates/{component}.yaml")), &of(WORKLOAD, &component));
        values.push_str(&of(SECTION, &component));
    }
    write(&folder.join("values.yaml"), &values);
    for index in 0..dashboards {
        let mut panels = String::new();
        for panel in 0..400 {
            let _ =
                writeln!(panels, "    {{\"id\": {panel}, \"expr\": \"rate(requests_total{{job=\\\"app\\\"}}[5m])\"}},");
        }
        let text = format!("{{\n  \"title\": \"Board {index}\",\n  \"panels\": [\n{panels}    {{}}\n  ]\n}}\n");
        write(&folder.join(format!("dashboards/board{index}.json")), &text);
    }
}

/// Writes a chart that contains others.
pub fn umbrella(folder: &Path, charts: usize) {
    chart(folder, "platform", 6, 10);
    for index in 0..charts {
        let name = format!("part{index}");
        chart(&folder.join("charts").join(&name), &name, 8, 2);
    }
}
