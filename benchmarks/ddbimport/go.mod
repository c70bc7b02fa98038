module segment-jobs/benchmarks/ddbimport

go 1.21

require (
	github.com/a-h/ddbimport v0.0.0-20230223084005-b046854c052b
	github.com/aws/aws-sdk-go v1.34.0
)
