/** What a first visit shows: one init container, then a writer and a reader that share a volume. */
export const STARTER_PATH = 'pod.yaml';

export const STARTER = `# An init container prepares a file, then two containers share it.
# Change something and press Apply, or break it with the buttons beside each container.
apiVersion: v1
kind: Pod
metadata:
  name: notebook
spec:
  initContainers:
  - name: prepare
    image: busybox:1.37
    command: ['sh', '-c', 'echo "opened $(date)" > /notes/book.txt; sleep 2']
    volumeMounts:
    - name: notes
      mountPath: /notes
  containers:
  - name: writer
    image: busybox:1.37
    command:
    - sh
    - -c
    - |
      n=0
      while true; do
        n=$((n + 1))
        echo "line $n" >> /notes/book.txt
        sleep 5
      done
    volumeMounts:
    - name: notes
      mountPath: /notes
  - name: reader
    image: busybox:1.37
    command: ['sh', '-c', 'tail -f /notes/book.txt']
    volumeMounts:
    - name: notes
      mountPath: /notes
      readOnly: true
  volumes:
  - name: notes
    emptyDir: {}
`;
