#include "enforcement/enforcer.hpp"
