package apicheck_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo/internal/apicheck"
)

const shownSource = `package p

type Option func()

func WithShown() Option { return nil }
func WithHidden() Option { return nil }

var ErrShown, ErrHidden error

type ShownError struct{}
type HiddenError struct{}
func (ShownError) Error() string { return "" }
func (HiddenError) Error() string { return "" }

type RecordService[T any] struct{}
func (*RecordService[T]) Get() T { panic(nil) }
func (*RecordService[T]) List() {}

type ShownService struct{ *RecordService[int] }
type HiddenService struct{ *RecordService[int] }

type Values struct{} // which nobody calls, but packages that print
func (Values) String() string { return "" }
func (Values) Format() {}
`

func TestExamplesShowWhatThereIs(t *testing.T) {
	p, err := apicheck.Parse(t.Context(), shownSource)
	require.NoError(t, err)
	e, err := apicheck.ParseExamples(t.Context(), shownSource+`
func ExampleWithShown() {
	WithShown()
	var s ShownService
	s.Get()
	_, _ = ErrShown, ShownError{}
	Values{}.String()
	hidden()
	// Output:
	// x
}

func hidden() { WithHidden() }

func ExampleWithHidden() { // whose output is not checked
	WithHidden()
	var s HiddenService
	s.Get()
	_, _ = ErrHidden, HiddenError{}
}
`)
	require.NoError(t, err)
	var names []string
	for _, f := range apicheck.Shown(p, e) {
		names = append(names, f.Name)
	}
	assert.Equal(t, []string{"WithHidden", "ErrHidden", "HiddenError", "HiddenService"}, names)

	methods := apicheck.ShownMethods(p, e, "RecordService")
	require.Len(t, methods, 1)
	assert.Equal(t, "RecordService.List", methods[0].Name)
}
